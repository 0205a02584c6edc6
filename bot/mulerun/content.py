"""Whether words say that what was asked for, or what was made of it, is not allowed: tables of phrases; pure.

The vendor has no code for content: it hands on what the makers say, in codes, in sentences, in several languages.
"""

import re

# Phrases apart by commas, in the spelling of `spread`; a star stands for any ending.
CERTAIN = """
sensitive content, sensitive info*, sensitive word*, sensitive term*, flagged as sensitive, inappropriate*,
content policy, content policies, content management policy, content violat*, prompt violat*, content error,
responsible ai, rai media filtered, usage guidelines, community guidelines, third party content,
moderation blocked, blocked by our moderation, data inspection failed, green net,
restricted content, prohibited content, prohibited use, illegal content, explicit content, adult content,
nsfw, sexual*, nude, nudity, porn*, gore, violen*, copyright*, trademark*, infring*, celebrit*, public figure*,
real people, real person*, likeness, minors, underage,
suitable for people, suitable for minors, suitable for audiences,
敏感内容, 敏感信息, 敏感词, 敏感內容, 违规, 違規, 违禁, 不当内容, 不适宜, 色情, 涉黄, 涉政, 暴力, 血腥,
侵权, 侵權, 版权, 版權, 真人, 肖像, 名人, 公众人物, 未成年,
不適切, ポリシー違反, ポリシーに違反, ガイドライン違反, センシティブ, 著作権, 実在の人物,
부적절, 정책 위반, 저작권, 유해
"""
"""What is said of content alone."""

LIKELY = """
policy, policies, violat*, moderation, moderated, safety, unsafe, sensitive, prohibited, disallowed, flagged, harmful,
offensive, hate, harassment, self harm, adult*, guardrail*, risk control, risk detection,
content filter*, content security, content safety, content check*, content review*, content audit*,
human face*, real face*, a face, contains faces, with faces,
审核, 審核, 敏感, 风控, 风险, 策略, 内容安全, 內容安全, 违反, 違反, 人脸, 人臉
"""
"""What is said of content unless the rest speaks of one of these."""

OTHERWISE = """
limit*, throttl*, quota*, exhausted, concurren*, too many, too fast, frequency, fair use, load, loaded, overload*,
demand, traffic, capacity, busy, queue*, retry policy, scheduling, routing, rate policy,
unavailable, internal error, timed out, timeout, out of memory, maintenance,
whitelist*, allowlist*, organization policy, organisation policy, network policy, identity based, not authorized,
unauthorized, permission*, access denied, no access, experience mode, account is, account has, account was, overdue,
safety filter must, safety filter is, safety filter should, person generation, case sensitive,
no face*, no human face*, without a face, unable to download, failed to download, failed to decode, failed to find,
限流, 速率, 频率, 频控, 过快, 并发, 配额, 繁忙, 过载, 负载, 调度, 超时, 内部错误, 不可用, 维护,
余额, 欠费, 白名单, 账号, 账户, 无法下载, 下载失败, 未检测到, 未识别到, 混み合, 利用制限, 초과
"""
"""Load, outages, accounts, fields and files: each has a policy, a check or a face, too."""

SEAMS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+")


def spread(text: str) -> str:
    """One spelling for codes and sentences: "UnsafePrompt", "unsafe_prompt" and "Unsafe: prompt" are the same."""
    return SEAMS.sub(" ", text).casefold()


def speaks_of_content(text: str) -> bool:
    words = spread(text)
    return bool(_CERTAIN.search(words) or (_LIKELY.search(words) and not _OTHERWISE.search(words)))


def _any_of(table: str) -> re.Pattern[str]:
    phrases = (re.escape(phrase.strip()).replace(r"\*", r"\w*") for phrase in table.split(","))
    # scripts without spaces have no edges of words, and are edges to those that have
    return re.compile("|".join(rf"\b{phrase}\b" if phrase.isascii() else phrase for phrase in phrases), re.ASCII)


_CERTAIN, _LIKELY, _OTHERWISE = _any_of(CERTAIN), _any_of(LIKELY), _any_of(OTHERWISE)
