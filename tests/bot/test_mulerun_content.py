"""What makers of models say of content, and what only sounds like it: as reported of each, read the way they come."""

import json

import pytest

from bot.errors import VendorRefused
from bot.mulerun import Answer, decode_look, decode_submission

OF_CONTENT = {
    "MuleRun": (
        "Prompt contains restricted content: real people cannot be depicted",
        "External service execution failed: prompt violation",
        "Content Error",
    ),
    "OpenAI Sora": (
        "content_policy_violation",
        "moderation_blocked",
        "Your request was blocked by our moderation system.",
        "Your request was rejected by the safety system.",
        "This content may violate our guardrails concerning similarity to third-party content.",
        "This content may violate our content policies.",
        "ResponsibleAIPolicyViolation",
        "The response was filtered due to the prompt triggering our content management policy (content_filter)",
        "Input image contains a human face",
    ),
    "ByteDance Seedance": (
        "InputTextSensitiveContentDetected",
        "InputImageSensitiveContentDetected",
        "InputImageSensitiveContentDetected.PrivacyInformation",
        "OutputVideoSensitiveContentDetected.PolicyViolation",
        "OutputAudioSensitiveContentDetected",
        "InputTextRiskDetection",
        "The request failed because the output audio may be related to copyright restrictions.",
        "The request failed because the input image may contain real person. Request ID: 0217",
        "The request failed because the input text may contain severe violation information.",
        "输入图像可能包含敏感信息,请您更换后重试。",
        "生成的视频可能涉及版权限制",
    ),
    "Alibaba Wan": (
        "data_inspection_failed",
        "DataInspectionFailed",
        "Input data may contain inappropriate content.",
        "Green net check failed for image (output)",
        "IPInfringementSuspect",
        "Input data is suspected of being involved in IP infringement.",
        "内容安全审核未通过:图片被判定存在风险内容",
    ),
    "Kling": (
        "Failure to pass the risk control system",
        "Trigger the content security policy of the platform",
        "触发平台的内容安全策略",
        "任务失败:内容违规",
        "生成结果为NSFW内容",
    ),
    "MiniMax Hailuo": (
        "video description contains sensitive content (1026)",
        "视频描述涉及敏感内容,请调整",
        "生成视频涉及敏感内容",
        "new_sensitive",
    ),
    "Google Veo": (
        "Veo could not generate videos because the input image violates Vertex AI's usage guidelines. "
        "If you think this was an error, send feedback. Support codes: 15236754",
        "This prompt contains sensitive words that violate Google's Responsible AI practices. Try rephrasing the "
        "prompt, or contact your Google representative to request allowlisting.",
        "The prompt couldn't be submitted: it might violate our policies.",
        "raiMediaFilteredReasons",
        "The input or output was flagged as sensitive. Please try again with different inputs. (E005)",
        "PROHIBITED_CONTENT",
        "IMAGE_SAFETY",
    ),
    "others": (
        "The content was flagged by a content checker.",
        "video_genration_prompt_unsafe: the content of prompt field is unsafe",
        "This request has been blocked by our content filters.",
        "The request violates our usage policies",
        "The generated video was NSFW",
        "Not suitable for people under 18",
        "コンテンツポリシーに違反しています",
        "콘텐츠 정책 위반",
        "internal error: task failed: OutputVideoSensitiveContentDetected",
        "content_policy_violation. Repeated violations lower the rate limit of your account.",
    ),
}

OF_SOMETHING_ELSE = {
    "load": (
        "Request refused by the rate limit policy",
        "rate_limit_policy_violation",
        "The provider faces high load",
        "Our servers face a surge of requests",
        "Load shedding policy: try again later",
        "RESOURCE_EXHAUSTED: see the API usage policy",
        "The daily spend limit of this key's policy is reached",
        "ServerOverloaded: the service is currently unable to handle additional requests",
        "Flow is currently experiencing high demand affecting video generation.",
        "No capacity",
        "Too many requests: the concurrency policy allows 3 tasks",
        "The API request is too fast, exceeding the platform rate limit (1302)",
        "You exceeded your current quota: QuotaFailure, violations: VideosPerMinute",
        "Throttled by the fair use policy",
        "API请求过快,超过平台速率限制,触发策略",
        "触发限流,请稍后再试",
        "并发或QPS超出预付费资源包限制",
    ),
    "an outage": (
        "The model provider is unavailable",
        "ContentSecurityDetectionError: Internal error.",
        "The content moderation service timed out",
        "Moderation service is temporarily unavailable",
        "safety checker failed to load: out of memory",
        "内容审核服务超时",
        "服务器内部错误",
        "the retry policy gave up after 3 attempts",
        "upstream interfaces changed",
        "Task Execution Error",
    ),
    "the account": (
        "reached the set inference limit, please adjust or close the Safe Experience Mode",
        "Trigger the IP whitelisting policy of the platform",
        "Organization policy constraint is violated: vertexai.allowedModels",
        "User is not authorized: no identity-based policy allows the action",
        "insufficient balance",
        "账号余额不足",
    ),
    "the request": (
        "Field safety_filter must be a boolean",
        "Unable to download the media resource during the data inspection process.",
        "Failed to decode the image during the data inspection.",
        "InvalidParameter.DataInspection",
        "The image size is not suitable for this model",
        "No human face detected in the image",
        "请求参数非法",
        "图片中未检测到人脸",
        "case-sensitive field: Seconds",
        "moderate_motion is not a field",
        "personGeneration: allow_adult is not supported",
        "The policemen of the prompt are too many",
    ),
}


def each(table: dict[str, tuple[str, ...]]) -> list[str]:
    return [words for wordings in table.values() for words in wordings]


def ways_to_say(words: str) -> list[dict[str, object]]:
    """A failed task, with the words as a sentence and as a code."""
    rest = {"title": "External service execution failed"}
    errors: list[dict[str, object]] = [
        {"code": 3005, "detail": words, **rest},
        {"error_code": 3001, "title": words},
        {"code": words, **rest},
        {"code": 3005, "message": words},
    ]
    return [{"task_info": {"id": "8e1e315e", "status": "failed", "error": error}} for error in errors]


def reasons(words: str) -> set[str]:
    bodies = [json.dumps(body).encode() for body in ways_to_say(words)]
    return {decode_look(Answer(status=200, headers={}, body=body)).reason for body in bodies}


@pytest.mark.parametrize("words", each(OF_CONTENT))
def test_what_was_asked_for_is_refused(words: str) -> None:
    assert reasons(words) == {"content"}


@pytest.mark.parametrize("words", each(OF_SOMETHING_ELSE))
def test_something_else_is_the_matter(words: str) -> None:
    assert "content" not in reasons(words)


def test_a_fault_of_the_vendors_own_has_a_number_of_its_own() -> None:
    body = {
        "task_info": {"id": "8e1e315e", "status": "failed", "error": {"code": 4002, "detail": "policy engine failed"}}
    }
    assert decode_look(Answer(status=200, headers={}, body=json.dumps(body).encode())).reason == "vendor_fault"


AT_THE_DOOR: dict[str, tuple[int, object, str, str]] = {
    "a code alone": (400, {"error": {"code": "data_inspection_failed"}}, "content", "data_inspection_failed"),
    "a bare code": (400, {"error": "content_policy_violation"}, "content", "content_policy_violation"),
    "a code beside a sentence": (400, {"error": {"code": "moderation_blocked", "message": "No."}}, "content", "No."),
    "a code beside its sentence, in no object": (
        400,
        {"code": "DataInspectionFailed", "message": "Not done."},
        "content",
        "Not done.",
    ),
    "a list of problems": (
        422,
        {"detail": [{"loc": ["body", "prompt"], "msg": "It was flagged.", "type": "content_policy_violation"}]},
        "content",
        "It was flagged.",
    ),
    "what was sent is not what is said": (
        422,
        {"detail": [{"loc": ["body", "seconds"], "msg": "Input should be 4", "input": {"prompt": "sexual violence"}}]},
        "bad_request",
        "Input should be 4",
    ),
    "forbidden for its content": (403, {"message": "the content of prompt field is unsafe"}, "content", "unsafe"),
    "forbidden for its content, as a task": (
        403,
        {"task_info": {"status": "failed", "error": {"code": 3001, "detail": "内容违规"}}},
        "content",
        "内容违规",
    ),
    "forbidden to the key": (403, {"detail": "Insufficient permissions by policy"}, "access", "Insufficient"),
    "out of credit": (402, {"detail": "Credit is not enough, see our refund policy"}, "credit", "Credit"),
    "a teapot": (418, {"message": "prohibited content"}, "content", "prohibited"),
}


@pytest.mark.parametrize(("status", "body", "reason", "words"), AT_THE_DOOR.values(), ids=AT_THE_DOOR.keys())
def test_a_refusal_at_the_door(status: int, body: object, reason: str, words: str) -> None:
    with pytest.raises(VendorRefused) as refused:
        decode_submission(Answer(status=status, headers={}, body=json.dumps(body).encode()))
    assert refused.value.code == reason
    assert words in refused.value.detail


@pytest.mark.parametrize(
    ("code", "shown"), [("data_inspection_failed", "data_inspection_failed"), (3005, ""), ("3005", "")]
)
def test_a_code_in_words_is_all_there_is_to_show(code: object, shown: str) -> None:
    body = {"task_info": {"id": "8e1e315e", "status": "failed", "error": {"code": code}}}
    assert decode_look(Answer(status=200, headers={}, body=json.dumps(body).encode())).detail == shown
