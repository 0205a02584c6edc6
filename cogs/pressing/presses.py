"""What each verb of a button, a menu or a form does: the table, and the one place that hears them all."""

from collections.abc import Mapping

import discord
from discord.ext import commands

from bot.discord_bot import DailiesBot, Interaction

from ..admitting import deciding
from ..asking import drafts
from ..asking.unexpected import answer_unexpected
from ..brainstorming import (
    choosing,
    filming,
    idea_tree,
    ideas,
    inheriting,
    joining,
    leading,
    noting,
    rendering,
    shot_adding,
    shots,
    storyboards,
    suggesting,
    taking,
    voting,
)
from ..finding import clips, tree
from ..moderating import (
    audit,
    doctor,
    inspection,
    members,
    picture_refusing,
    privacy,
    refused_pictures,
    reports,
    reviewing,
    settings,
    waiting,
)
from ..showing.answers import answer_alone
from ..words.wording import say
from . import decisions, variations
from .components import Component, Handler, Press, read_press
from .why import why

DOES: Mapping[str, Handler] = {
    # a job
    "cancel": decisions.cancel,
    "unfollow": decisions.unfollow,
    "look": decisions.look,
    "again": decisions.again,
    "leave": decisions.leave,
    "delete": decisions.delete,
    "erase": decisions.erase,
    # one more like it
    "repeat": variations.repeat,
    "change": variations.change,
    "continue": variations.go_on,
    "more": variations.more,
    "longer": variations.make_longer,
    "shorter": variations.make_shorter,
    "shape": variations.ask_shape,
    "model": variations.ask_model,
    "choose": variations.choose,
    "nearest": variations.take_nearest,
    # a draft
    "form": drafts.take_form,
    "file": drafts.take_file,
    "edit": drafts.edit,
    "write": drafts.edit,
    "send": drafts.send,
    "bare": drafts.send,
    "cost": drafts.send,
    "first": drafts.send,
    "confirm": drafts.confirm,
    "drop": drafts.drop,
    "picture": drafts.ask_picture,
    "no_picture": drafts.take_picture,
    "pick": drafts.pick,
    "further": drafts.ask_further,
    "further_given": drafts.take_further,
    "extras": drafts.ask_extras,
    "extras_set": drafts.take_extras,
    "appeal": drafts.appeal,
    # a review
    "approve": reviewing.approve,
    "deny": reviewing.ask_deny,
    "denied": reviewing.deny,
    "rewrite": reviewing.ask_rewrite,
    "rewritten": reviewing.rewrite,
    "block": reviewing.ask_block,
    "blocked": reviewing.block,
    "publish": reviewing.publish,
    "publish_hidden": reviewing.publish_hidden,
    "reject": reviewing.ask_reject,
    "rejected": reviewing.reject,
    "why": why,
    # a report
    "report": reports.ask_report,
    "reported": reports.report,
    "keep": reports.keep,
    "remove": reports.remove,
    "remove_block": reports.ask_remove_block,
    "removed_block": reports.remove_block,
    # a picture that is not to come again
    "refuse_picture": picture_refusing.ask_refuse,
    "picture_refused": picture_refusing.refuse,
    # a member
    "member_block": members.ask_block,
    "member_blocked": members.block,
    "member_unblock": members.unblock,
    # the audit
    "audit_file": audit.export,
    # a server
    "admit": deciding.admit,
    "leave_guild": deciding.leave_guild,
    # everything of a member's
    "forget": privacy.forget,
    # a list
    "reviews": waiting.turn,
    "audit": audit.turn,
    "clips": clips.turn,
    # a family
    "tree": tree.show_tree,
    "idea_tree": idea_tree.show_idea_tree,
    "pictures": refused_pictures.turn,
    "picture_off": refused_pictures.take_off,
    # rules of a server
    "rules": settings.open_topic,
    "rules_open": settings.open_topic,
    "rules_where": settings.choose_place,
    "rules_reset": settings.reset,
    "rules_apply": settings.apply,
    "rules_leave": settings.leave,
    "rules_may": inspection.open_page,
    "rule": settings.set_rule,
    "rule_form": settings.open_form,
    "rule_written": settings.take_form,
    "may_who": inspection.choose_member,
    "may_where": inspection.choose_channel,
    # a brief
    "idea_add": ideas.ask_idea,
    "idea_added": ideas.add,
    "idea_edit": ideas.ask_edit,
    "idea_edited": ideas.edit,
    "idea_withdraw": ideas.withdraw,
    "ideas": ideas.show_list,
    "idea_open": ideas.open_idea,
    "combine": joining.ask_first,
    "combine_pick": joining.pick,
    "combined": joining.combine,
    "vote": voting.open_sheet,
    "ballot": voting.vote,
    "ballot_page": voting.turn,
    "lead": leading.lead,
    "brief_move": leading.move,
    "brief_close": leading.move,
    "brief_rules": leading.ask_rules,
    "brief_ruled": leading.set_rules,
    "idea_choose": leading.choose,
    "suggest": suggesting.suggest,
    "suggested": suggesting.take,
    # takes
    "takes": taking.open_plan,
    "takes_set": taking.change_plan,
    "takes_ideas": taking.ask_idea,
    "takes_idea": taking.take_idea,
    "takes_inherit": inheriting.ask_inherited,
    "takes_inherited": inheriting.set_inherited,
    "takes_send": taking.send,
    "take": choosing.open_take,
    "take_vote": choosing.open_vote,
    "take_voted": choosing.vote,
    "take_end": choosing.end_vote,
    "take_decide": choosing.ask_decision,
    "take_decided": choosing.decide,
    "take_note": noting.ask_note,
    "take_noted": noting.note,
    # a storyboard
    "storyboard": storyboards.open_storyboard,
    "storyboard_undo": storyboards.undo,
    "shot": shots.open_shot,
    "shot_move": shots.move,
    "shot_join": shots.join,
    "shot_edit": shots.ask_edit,
    "shot_edited": shots.edit,
    "shot_remove": shots.remove,
    "shot_add": shot_adding.ask_add,
    "shot_take": shot_adding.pick_take,
    "shot_idea": shot_adding.pick_idea,
    "shot_write": shot_adding.ask_write,
    "shot_written": shot_adding.take_written,
    "shot_give": shot_adding.ask_give,
    "shot_given": shot_adding.take_written,
    "render": rendering.open_missing,
    "render_send": rendering.render,
    # a film
    "film": filming.ask_film,
    "filmed": filming.begin,
    # the doctor
    "doctor": doctor.examine,
    "doctor_let_in": doctor.let_in,
    "doctor_resume": doctor.resume,
}


class Presses(commands.Cog):
    @commands.Cog.listener()
    async def on_press(self, press: Press) -> None:
        try:
            if does := DOES.get(press.verb):
                await does(press)
            else:
                await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
        except Exception as error:  # a listener's exception reaches nobody
            await answer_unexpected(press.interaction, error)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Forms are known by their ids, also after a restart: discord.py knows only those that it opened itself."""
        if interaction.type is discord.InteractionType.modal_submit and (sent := read_press(interaction)):
            await self.on_press(sent)


async def setup(bot: DailiesBot) -> None:
    bot.add_dynamic_items(Component)
    await bot.add_cog(Presses())
