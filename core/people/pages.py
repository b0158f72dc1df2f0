"""Pages of members: who works here, with which roles, and what waits for a second person."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from core import phrases
from core.forms import Form
from core.organisations import Membership, RoleGrant
from core.outbox import inbox
from core.people import actions, forms, selectors
from core.people.permissions import Perm
from core.permissions import Role, allowed
from core.ui import Cell, Column, Pager, Table
from core.views import ActionView, ListPage, Page


def state_of(member: Membership, now: Any) -> tuple[str, str]:
    """A member's standing as shape and word."""
    if member.ends_at is not None and member.ends_at <= now:
        return "dash", _("Left")
    if not member.user.has_usable_password():
        return "ring", _("Invited")
    if member.away_from and member.away_until and member.away_from <= now < member.away_until:
        return "wait", _("Away")
    return "done", _("At work")


def no_email(unreached: dict[UUID, tuple[date, str]], member: Membership) -> str:
    """That e-mail does not reach the member, since it must not stay unseen; "" where it does."""
    if member.user_id not in unreached:
        return ""
    day, why = unreached[member.user_id]
    return _("An e-mail did not arrive on %(day)s: %(why)s") % {"day": phrases.day(day), "why": why}


class Members(ListPage):
    """Everybody who works here."""

    needs = Perm.PEOPLE_APPROVE
    template_name = "core/people/members.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = forms.FilterForm(request.GET or None)
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        office = selectors.access_office(chosen["office"]) if chosen.get("office") else None
        self.found = selectors.members(
            office=office, role=chosen.get("role", ""), ended=bool(chosen.get("ended")), now=self.now
        )
        page = self.page_of_rows()
        self.unreached = inbox.unreached(self.now)
        columns = [Column(_("Name")), Column(_("Office")), Column(_("Roles")), Column(_("Standing"), one_line=True)]
        pager = Pager(page.number, self.per_page, page.paginator.count, query=request.GET)
        table = Table.of(_("Members"), columns, [self.row(member) for member in page])
        return self.render(
            {
                "form": self.form,
                "table": table if len(page) else None,
                "pager": pager,
                "may_add": allowed(request.actor, Perm.PEOPLE),
            }
        )

    def rows(self) -> Any:
        return self.found

    def row(self, member: Any) -> list[Cell]:
        """One line of the table."""
        held = [str(Role(grant.role).label) for grant in member.open_roles if grant.approved_at]
        waits = [grant for grant in member.open_roles if not grant.approved_at]
        shape, word = state_of(member, self.now)
        small = _("A role waits for a second person") if waits else ""
        url = reverse("member", args=[self.request.organisation.slug, member.reference])
        return [
            Cell(member.user.name, url=url, small=member.post),
            Cell(member.office.name),
            Cell(", ".join(held) or "–", small=small),
            Cell(word, state=shape, small=no_email(self.unreached, member)),
        ]


class Waiting(Page):
    """What somebody proposed and nobody has decided."""

    needs = Perm.PEOPLE_APPROVE
    template_name = "core/people/waiting.html"

    def context(self) -> dict[str, Any]:
        rows = [
            {
                "title": _("%(name)s as %(role)s")
                % {"name": each.membership.user.name, "role": each.get_role_display()},
                "detail": _("proposed by %(name)s") % {"name": each.proposed_by.name},
                **self.where(each.membership, each.proposed_at),
            }
            for each in selectors.waiting_roles()
        ]
        rows += [
            {
                "title": _("%(name)s: %(what)s anew")
                % {"name": each.membership.user.name, "what": each.get_what_display()},
                "detail": _("asked by %(name)s") % {"name": each.asked_by.name},
                **self.where(each.membership, each.asked_at),
            }
            for each in selectors.waiting_resets()
        ]
        return {"rows": rows}

    def where(self, member: Membership, at: Any) -> dict[str, Any]:
        """The page that decides it."""
        url = reverse("member", args=[self.request.organisation.slug, member.reference])
        return {"url": url, "at": at, "action": _("Look at it"), "action_url": url, "action_hear": member.user.name}


class Member(Page):
    """One member: place, roles, account, and what may be done about them."""

    needs = Perm.PEOPLE_APPROVE
    template_name = "core/people/member.html"

    def context(self) -> dict[str, Any]:
        actor = self.request.actor
        member = selectors.access_member(self.kwargs["member"])
        shape, word = state_of(member, self.now)
        reset = selectors.waiting_reset(member)
        mine = actor.user_id == member.user_id
        return {
            "member": member,
            "shape": shape,
            "word": word,
            "facts": self.facts(member),
            "roles": [(grant, *self.may(grant)) for grant in selectors.open_roles().filter(membership=member)],
            "reset": reset,
            "may_decide_reset": reset is not None and actor.user_id not in (reset.asked_by_id, reset.user_id),
            "may_change": allowed(actor, Perm.PEOPLE) and shape != "dash",
            "mine": mine,
            "invited": not member.user.has_usable_password(),
            "held": member.user.reveals_held_until if (member.user.reveals_held_until or self.now) > self.now else None,
        }

    def facts(self, member: Membership) -> list[tuple[Any, ...]]:
        """What there is to know of the place somebody has."""
        found: list[tuple[Any, ...]] = [
            (_("E-mail"), member.user.email, no_email(inbox.unreached(self.now), member)),
            (_("Office"), member.office.name),
            (_("Post"), member.post),
            (_("Works under"), member.supervisor.user.name if member.supervisor else ""),
        ]
        if member.away_from and member.away_until and member.away_until > self.now:
            days = (timezone.localdate(member.away_from), timezone.localdate(member.away_until))
            words = _("from %(first)s, back on %(back)s") % {"first": days[0], "back": days[1]}
            found.append((_("Away"), words, _("What is due goes to the next person in line.")))
        return found

    def may(self, grant: RoleGrant) -> tuple[bool, bool]:
        """Whether this person may approve the role, and end or take it back."""
        actor = self.request.actor
        second = actor.user_id not in (grant.proposed_by_id, grant.membership.user_id)
        return grant.approved_at is None and second, allowed(actor, Perm.PEOPLE) or second


class MemberAct(ActionView):
    """Something done about one member; goes back to their page."""

    abstract = True
    template_name = "confirm.html"
    title: Any = ""
    text: Any = ""
    confirm_text: Any = ""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.kwargs = kwargs
        return super().dispatch(request, *args, **kwargs)

    @property
    def about(self) -> Membership:
        """The member of the address."""
        if not hasattr(self, "_about"):
            self._about = selectors.access_member(self.kwargs["member"])
        return self._about

    def member_url(self) -> str:
        """The member's own page."""
        return reverse("member", args=[self.request.organisation.slug, self.about.reference])

    def success_url(self) -> str:
        return self.member_url()

    def context(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "above": self.about.user.name,
            "text": self.text,
            "confirm_text": self.confirm_text,
            "cancel_url": self.member_url(),
        }


class Add(ActionView):
    """A new member."""

    needs = Perm.PEOPLE
    form_class = forms.AddForm
    template_name = "confirm.html"
    done_message = _l("The person is a member now. Propose a role next; a new account gets a link by e-mail.")

    def initial(self) -> dict[str, Any]:
        return {"language": self.request.LANGUAGE_CODE}

    def context(self) -> dict[str, Any]:
        slug = self.request.organisation.slug
        return {
            "title": _("Add a member"),
            "confirm_text": _("Add and send the link"),
            "cancel_url": reverse("people", args=[slug]),
            "text": _("A membership alone opens nothing. Roles are proposed by one person and approved by another."),
        }

    def act(self, data: dict[str, Any]) -> Membership:
        return actions.add(**data, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return reverse("member", args=[self.request.organisation.slug, self.result.reference])


class Change(MemberAct):
    """Office, post, line and days away."""

    needs = Perm.PEOPLE
    form_class = forms.ChangeForm
    title = _l("Change the place")
    confirm_text = _l("Save")
    done_message = _l("Saved.")

    def form_arguments(self) -> dict[str, Any]:
        return {"member": self.about}

    def initial(self) -> dict[str, Any]:
        member = self.about
        away = [timezone.localdate(day) if day else None for day in (member.away_from, member.away_until)]
        return {
            "office": member.office.reference,
            "post": member.post,
            "supervisor": member.supervisor.reference if member.supervisor else "",
            "away_from": away[0],
            "away_until": away[1],
        }

    def act(self, data: dict[str, Any]) -> Any:
        return actions.change(self.about, **data, by=self.request.actor, now=self.now)


class Propose(MemberAct):
    """One role more, for a second person to approve."""

    needs = Perm.PEOPLE
    form_class = forms.RoleForm
    title = _l("Propose a role")
    text = _l("It is given when a second person approves. A role opens no case by itself.")
    confirm_text = _l("Propose it")
    done_message = _l("Proposed. A second person has been told.")

    def act(self, data: dict[str, Any]) -> Any:
        return actions.propose(self.about, data["role"], by=self.request.actor, now=self.now)


class RoleAct(MemberAct):
    """A decision on one role of the member."""

    abstract = True

    @property
    def grant(self) -> RoleGrant:
        """The open grant of the address."""
        return selectors.access_role(self.about, self.kwargs["role"])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "below": self.grant.get_role_display()}


class Approve(RoleAct):
    needs = Perm.PEOPLE_APPROVE
    title = _l("Approve this role?")
    text = _l("Only if you know that the person has this task. Their sessions end, and the role holds from now on.")
    confirm_text = _l("Approve")
    done_message = _l("The role is given.")

    def act(self, data: dict[str, Any]) -> Any:
        return actions.approve(self.grant, by=self.request.actor, now=self.now)


class Decline(RoleAct):
    needs = Perm.PEOPLE_APPROVE
    title = _l("Not give this role?")
    text = _l("The person keeps the roles they have. Whoever proposed it can propose it anew.")
    confirm_text = _l("Do not give it")
    done_message = _l("The role is not given.")

    def act(self, data: dict[str, Any]) -> Any:
        return actions.decline(self.grant, by=self.request.actor, now=self.now)


class EndRole(RoleAct):
    needs = Perm.PEOPLE
    title = _l("End this role?")
    text = _l("It ends at once, and the person has to sign in again. It can be proposed anew.")
    confirm_text = _l("End the role")
    done_message = _l("The role has ended.")

    def act(self, data: dict[str, Any]) -> Any:
        return actions.end_role(self.grant, by=self.request.actor, now=self.now)


class End(MemberAct):
    needs = Perm.PEOPLE
    title = _l("End the membership?")
    text = _l("All roles and sessions end at once. Cases of this person must be handed over by their managers.")
    confirm_text = _l("End the membership")
    done_message = _l("The membership has ended.")

    def act(self, data: dict[str, Any]) -> Any:
        return actions.end(self.about, by=self.request.actor, now=self.now)


class Invite(MemberAct):
    needs = Perm.PEOPLE
    title = _l("Send the link again?")
    text = _l("It leads to a page to choose a password, once and for three days.")
    confirm_text = _l("Send it")
    done_message = _l("The link is on its way.")

    def act(self, data: dict[str, Any]) -> Any:
        return actions.invite(self.about, by=self.request.actor, now=self.now)


class AskReset(MemberAct):
    """For whoever lost a password or a phone."""

    needs = Perm.PEOPLE
    form_class = forms.ResetForm
    title = _l("Make the sign-in anew")
    text = _l(
        "Be sure that it is this person who asks: see or call them. A second person has to allow it; the owner of the "
        "account is told, every session ends, and for 24 hours the account opens no names."
    )
    confirm_text = _l("Ask the second person")
    done_message = _l("Asked. A second person and the owner of the account have been told.")

    def act(self, data: dict[str, Any]) -> Any:
        return actions.ask_reset(self.about, data["what"], by=self.request.actor, now=self.now)


class DecideReset(MemberAct):
    """The second person's answer: `answer` says yes or no."""

    needs = Perm.PEOPLE_APPROVE
    form_class = Form
    title = _l("Make the sign-in anew?")
    done_message = _l("Done.")
    allow = True

    def reset(self) -> Any:
        """The reset that waits, or ConcurrentEdit's own sentence."""
        found = selectors.waiting_reset(self.about)
        if found is None:
            raise actions.ConcurrentEdit(_("This was decided meanwhile."))
        return found

    def context(self) -> dict[str, Any]:
        yes = _("Allow it only if you have made sure yourself that this person asked for it.")
        return {
            **super().context(),
            "below": self.reset().get_what_display(),
            "text": yes if self.allow else _("Nothing changes for the account."),
            "confirm_text": _("Allow it") if self.allow else _("Do not allow it"),
        }

    def act(self, data: dict[str, Any]) -> Any:
        decide = actions.allow_reset if self.allow else actions.decline_reset
        return decide(self.reset(), by=self.request.actor, now=self.now)
