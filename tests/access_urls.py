"""Who gets what from each address by looking at it (GET), while a case has one grant for each kind of work.

Everybody who is not named gets 404, and somebody not signed in the way to the sign-in (302). A line for each address:
the walk in tests/people/test_urls.py fails for one that is missing. An address that only takes a POST leads back (302).

The case: Rosa triages it, Hana manages, Idris investigates, Dana decides, Noor supports, Leo advises, Amina logged it;
Kofi, intake officer, is shut out of it. Ines, without a part in it, asked for an emergency reading. An investigation of
it was issued and somebody named awaits a decision; the addresses of people in it are asked for that person. Noor
supports a child as well, who has no case; Musa supervises her, and a call for care waits to be taken.
"""

PEOPLE = (
    "amina", "lena", "rosa", "ines", "kofi", "idris", "hana", "dana", "noor", "musa", "leo", "omar", "aldo", "dan",
    "ada", "bea", "sofia", "nobody",
)  # fmt: skip
MEMBERS = " ".join(name for name in PEOPLE if name not in ("sofia", "nobody"))
ADMINISTRATORS = "ada bea"
APPROVERS = "ada bea dan"
LISTERS = "amina lena rosa ines kofi idris hana dana leo"
READERS = "amina rosa idris hana dana leo"
MANAGERS = "rosa hana"
WRITERS = "rosa idris hana"
INQUIRERS = "idris hana dana leo"
SUPPORT = "noor musa"
FINDERS = "amina lena rosa ines kofi idris hana dana leo"
HELPERS = "amina lena noor musa ada bea"

STAFF: dict[str, dict[int, str]] = {
    "o/<slug:org>/cases/find/": {200: FINDERS},
    "o/<slug:org>/cases/filters/keep/": {302: LISTERS},
    "o/<slug:org>/cases/filters/<str:mark>/let-go/": {},
    "o/<slug:org>/help/": {200: HELPERS},
    "o/<slug:org>/help/add/": {200: HELPERS},
    "o/<slug:org>/help/<str:place>/": {200: HELPERS},
    "o/<slug:org>/help/<str:place>/remove/": {302: HELPERS},
    "o/<slug:org>/support/": {200: SUPPORT},
    "o/<slug:org>/support/calls/<str:call>/": {200: SUPPORT},
    "o/<slug:org>/support/calls/<str:call>/take/": {302: SUPPORT},
    "o/<slug:org>/support/calls/<str:call>/care/<slug:care>/": {302: SUPPORT},
    "o/<slug:org>/support/rota/": {200: "musa"},
    "o/<slug:org>/support/rota/<str:turn>/end/": {302: "musa"},
    "o/<slug:org>/support/providers/": {200: SUPPORT},
    "o/<slug:org>/support/providers/add/": {200: SUPPORT},
    "o/<slug:org>/support/providers/<str:provider>/": {200: SUPPORT},
    "o/<slug:org>/support/missing/": {200: SUPPORT},
    "o/<slug:org>/support/funds/": {200: "musa"},
    "o/<slug:org>/support/funds/add/": {200: "musa"},
    "o/<slug:org>/support/funds/report/": {200: "musa aldo"},
    "o/<slug:org>/support/funds/<str:fund>/": {200: "musa"},
    "o/<slug:org>/support/parity/": {200: "musa aldo"},
    "o/<slug:org>/support/files/<str:file>/package/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/package/<str:item>/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/package/<str:item>/cost/": {302: "noor"},
    "o/<slug:org>/support/files/<str:file>/package/<str:item>/end/": {302: "noor"},
    "o/<slug:org>/support/files/all/": {200: "musa"},
    "o/<slug:org>/support/files/": {200: SUPPORT},
    "o/<slug:org>/support/files/open/": {200: SUPPORT},
    "o/<slug:org>/support/files/<str:file>/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/stand-in/": {200: "musa"},
    "o/<slug:org>/support/files/<str:file>/decide/": {200: "musa"},
    "o/<slug:org>/support/files/<str:file>/contact/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/about/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/child/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/when/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/hand-over/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/needs/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/risk/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/safety/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/goals/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/tasks/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/close/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/consents/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/refer/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/referrals/<str:row>/accepted/": {200: "noor"},
    "o/<slug:org>/support/files/<str:file>/reveal/": {302: "noor"},
    "o/<slug:org>/support/files/<str:file>/needs/<str:row>/": {302: "noor"},
    "o/<slug:org>/support/files/<str:file>/goals/<str:row>/": {302: "noor"},
    "o/<slug:org>/support/files/<str:file>/tasks/<str:row>/": {302: "noor"},
    "o/<slug:org>/support/files/<str:file>/plan/submit/": {302: "noor"},
    "o/<slug:org>/support/files/<str:file>/plan/revise/": {302: "noor"},
    "o/<slug:org>/support/files/<str:file>/reopen/": {302: "noor"},
    "o/<slug:org>/support/files/<str:file>/consents/<str:provider>/take-back/": {302: "noor"},
    "o/<slug:org>/support/files/<str:file>/missing/": {302: "noor"},
    "o/<slug:org>/support/files/<str:file>/referrals/<str:row>/": {302: "noor"},
    "o/<slug:org>/support/requests/<str:mark>/": {},
    "o/<slug:org>/support/requests/<str:mark>/take/": {},
    "o/<slug:org>/support/requests/<str:mark>/answered/": {},
    "o/<slug:org>/support/requests/<str:mark>/file/": {},
    "o/<slug:org>/support/requests/<str:mark>/reveal/<str:person>/": {},
    "o/<slug:org>/support/requests/<str:mark>/consents/": {},
    "o/<slug:org>/support/requests/<str:mark>/consents/end/": {},
    "o/<slug:org>/support/all/<str:part>/": {200: SUPPORT},
    "o/<slug:org>/support/safety/<str:mark>/": {},
    "o/<slug:org>/support/tell/<str:mark>/": {},
    "o/<slug:org>/": {200: MEMBERS},
    "o/<slug:org>/cases/": {200: LISTERS},
    "o/<slug:org>/cases/log/": {200: "amina lena rosa ines kofi hana noor musa"},
    "o/<slug:org>/cases/log/<str:mark>/": {},
    "o/<slug:org>/cases/logged/": {200: "amina lena rosa ines kofi hana noor musa"},
    "o/<slug:org>/cases/<str:reference>/": {200: READERS},
    "o/<slug:org>/cases/<str:reference>/safety/": {200: READERS},
    "o/<slug:org>/cases/<str:reference>/safety/contact/": {302: MANAGERS},
    "o/<slug:org>/cases/<str:reference>/consents/": {200: "amina rosa noor"},
    "o/<slug:org>/cases/<str:reference>/consents/end/": {302: "amina rosa noor"},
    "o/<slug:org>/cases/<str:reference>/follow/": {200: WRITERS},
    "o/<slug:org>/cases/<str:reference>/told/": {200: READERS},
    "o/<slug:org>/cases/<str:reference>/messages/": {200: "amina rosa hana"},
    "o/<slug:org>/cases/<str:reference>/notes/": {200: READERS},
    "o/<slug:org>/cases/<str:reference>/audit/": {200: MANAGERS},
    "o/<slug:org>/cases/<str:reference>/clocks/": {200: READERS},
    "o/<slug:org>/cases/<str:reference>/clocks/<str:kind>/": {200: READERS},
    "o/<slug:org>/cases/<str:reference>/clocks/<str:kind>/pause/": {200: WRITERS},
    "o/<slug:org>/cases/<str:reference>/clocks/<str:kind>/go-on/": {302: WRITERS},
    "o/<slug:org>/cases/<str:reference>/clocks/<str:kind>/more-time/": {200: WRITERS},
    "o/<slug:org>/cases/<str:reference>/clocks/<str:kind>/decide/": {302: MANAGERS},
    "o/<slug:org>/cases/<str:reference>/notes/add/": {302: "amina rosa idris hana"},
    "o/<slug:org>/cases/<str:reference>/messages/send/": {302: "amina rosa hana"},
    "o/<slug:org>/cases/<str:reference>/triage/": {200: MANAGERS},
    "o/<slug:org>/cases/<str:reference>/team/": {200: MANAGERS},
    "o/<slug:org>/cases/<str:reference>/team/assign/": {302: MANAGERS},
    "o/<slug:org>/cases/<str:reference>/team/access/": {302: MANAGERS},
    "o/<slug:org>/cases/<str:reference>/team/end/": {302: MANAGERS},
    "o/<slug:org>/cases/<str:reference>/team/shut-out/": {302: MANAGERS},
    "o/<slug:org>/cases/<str:reference>/support/": {302: "amina rosa idris hana"},
    "o/<slug:org>/cases/<str:reference>/hand-over/": {200: "amina rosa idris hana"},
    "o/<slug:org>/cases/<str:reference>/hand-over/answer/": {},
    "o/<slug:org>/cases/<str:reference>/close/": {200: MANAGERS},
    "o/<slug:org>/cases/<str:reference>/reopen/": {200: "hana"},
    "o/<slug:org>/cases/<str:reference>/reveal/<str:person>/": {302: READERS},
    "o/<slug:org>/audit/": {200: "aldo dan"},
    "o/<slug:org>/audit/package/": {422: "aldo dan"},
    "o/<slug:org>/investigations/": {200: INQUIRERS},
    "o/<slug:org>/cases/<str:reference>/inquiry/": {200: INQUIRERS},
    "o/<slug:org>/cases/<str:reference>/inquiry/time/": {200: INQUIRERS},
    "o/<slug:org>/cases/<str:reference>/inquiry/log/": {200: "idris hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/assess/": {302: "hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/assign/": {200: "hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/declare/": {200: "idris"},
    "o/<slug:org>/cases/<str:reference>/inquiry/plan/": {200: INQUIRERS},
    "o/<slug:org>/cases/<str:reference>/inquiry/plan/new/": {200: "idris"},
    "o/<slug:org>/cases/<str:reference>/inquiry/plan/decide/": {200: "hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/plan/tasks/<str:task>/": {302: "idris"},
    "o/<slug:org>/cases/<str:reference>/inquiry/move/<slug:verb>/": {302: INQUIRERS},
    "o/<slug:org>/cases/<str:reference>/inquiry/pause/": {200: "idris"},
    "o/<slug:org>/cases/<str:reference>/inquiry/pause/decide/": {200: "hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/report/": {200: INQUIRERS},
    "o/<slug:org>/cases/<str:reference>/inquiry/report/write/": {200: "idris"},
    "o/<slug:org>/cases/<str:reference>/inquiry/report/review/": {200: "idris hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/end/": {200: "hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/hand-over/": {200: "hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/decision-maker/": {200: "hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/": {200: INQUIRERS},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/steps/": {302: INQUIRERS},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/steps/<slug:kind>/allow/": {200: "hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/findings/": {200: "idris"},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/left/": {200: INQUIRERS},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/withdraw/": {},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/withdrawal/": {},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/screening/": {302: "hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/decide/": {200: "dana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/interim/": {200: "hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/measures/<str:measure>/": {200: "hana dana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/measures/<str:measure>/lift/": {302: "hana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/appeal/": {302: "hana dana"},
    "o/<slug:org>/cases/<str:reference>/inquiry/people/<str:code>/appeal/end/": {200: "hana dana"},
    "o/<slug:org>/clocks/": {200: ADMINISTRATORS},
    "o/<slug:org>/clocks/days-off/": {302: ADMINISTRATORS},
    "o/<slug:org>/clocks/days-off/<str:day>/remove/": {302: ADMINISTRATORS},
    "o/<slug:org>/clocks/<str:kind>/": {200: ADMINISTRATORS},
    "o/<slug:org>/tell/<str:mark>/": {},
    "o/<slug:org>/tokens/": {200: MEMBERS},
    "o/<slug:org>/tokens/<str:mark>/end/": {},
    "o/<slug:org>/people/routes/": {200: ADMINISTRATORS},
    "o/<slug:org>/glass/": {200: "rosa ines kofi idris hana dan leo"},
    "o/<slug:org>/glass/ask/": {200: "rosa ines kofi idris hana leo"},
    "o/<slug:org>/glass/<str:reference>/<str:asker>/": {200: "hana leo"},
    "o/<slug:org>/glass/<str:reference>/<str:asker>/refuse/": {200: "hana leo"},
    "o/<slug:org>/glass/<str:reference>/<str:asker>/review/": {},
    "o/<slug:org>/people/": {200: APPROVERS},
    "o/<slug:org>/people/add/": {200: ADMINISTRATORS},
    "o/<slug:org>/people/waiting/": {200: APPROVERS},
    "o/<slug:org>/people/offices/": {200: ADMINISTRATORS},
    "o/<slug:org>/people/offices/add/": {200: ADMINISTRATORS},
    "o/<slug:org>/people/offices/<str:office>/": {200: ADMINISTRATORS},
    "o/<slug:org>/people/organisation/": {200: ADMINISTRATORS},
    "o/<slug:org>/people/<str:member>/": {200: APPROVERS},
    "o/<slug:org>/people/<str:member>/change/": {200: ADMINISTRATORS},
    "o/<slug:org>/people/<str:member>/invite/": {200: ADMINISTRATORS},
    "o/<slug:org>/people/<str:member>/end/": {200: ADMINISTRATORS},
    "o/<slug:org>/people/<str:member>/roles/": {200: ADMINISTRATORS},
    "o/<slug:org>/people/<str:member>/roles/<slug:role>/approve/": {200: APPROVERS},
    "o/<slug:org>/people/<str:member>/roles/<slug:role>/decline/": {200: APPROVERS},
    "o/<slug:org>/people/<str:member>/roles/<slug:role>/end/": {200: ADMINISTRATORS},
    "o/<slug:org>/people/<str:member>/reset/": {200: ADMINISTRATORS},
    "o/<slug:org>/people/<str:member>/reset/allow/": {200: APPROVERS},
    "o/<slug:org>/people/<str:member>/reset/decline/": {200: APPROVERS},
}

#: The form: the same for everybody; a page that needs a draft or an open mailbox leads to the beginning.
FORM = {
    "": 200, "help/": 200, "about/": 200, "check/": 200, "leave/": 303, "p/<int:number>/": 303, "p/end/": 303,
    "later/": 303, "note/": 303, "note/sheet/": 303, "note/notes.txt": 303, "number/": 200, "box/": 303,
    "box/new/": 303, "box/allow/": 303, "box/word/": 303, "box/close/": 303,
}  # fmt: skip
PUBLIC = {
    **{f"report/<slug:org>/{tail}": status for tail, status in FORM.items()},
    **{f"<slug:neutral>/{tail}": 404 for tail in FORM},  # no organisation serves its form under that path here
}

#: One's own account: what somebody not signed in gets, and what a member does.
ACCOUNT = {
    "account/^(?:password/(?:reset|set)|email|confirm-email)(?:/.*)?$": (404, 404),
    "account/choose/<str:mark>/<str:token>/": (404, 404),
    "account/language/": (302, 200),
    "account/tokens/": (302, 302),
    "account/login/": (200, 302),
    "account/logout/": (302, 200),
    "account/inactive/": (200, 200),
    "account/signup/": (200, 302),
    "account/reauthenticate/": (302, 403),
    "account/email/": (404, 404),
    "account/confirm-email/": (404, 404),
    "account/password/change/": (302, 302),
    "account/password/set/": (404, 404),
    "account/password/reset/": (404, 404),
    "account/login/code/confirm/": (302, 302),
    "account/^confirm-email/(?P<key>[-:\\w]+)/$": (404, 404),
    "account/password/reset/key/done/": (404, 404),
    "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": (404, 404),
    "account/password/reset/done/": (404, 404),
    "account/2fa/": (302, 200),
    "account/2fa/authenticate/": (302, 302),
    "account/2fa/reauthenticate/": (302, 403),
    "account/2fa/totp/activate/": (302, 200),
    "account/2fa/totp/deactivate/": (302, 404),
    "account/2fa/recovery-codes/": (302, 404),
    "account/2fa/recovery-codes/generate/": (302, 200),
    "account/2fa/recovery-codes/download/": (302, 404),
    "account/2fa/webauthn/": (302, 200),
    "account/2fa/webauthn/add/": (302, 200),
    "account/2fa/webauthn/reauthenticate/": (302, 403),
    "account/2fa/webauthn/keys/<int:pk>/remove/": (302, 404),
    "account/2fa/webauthn/keys/<int:pk>/edit/": (302, 404),
    "account/2fa/webauthn/login/": (302, 302),
}

#: The API, to whoever comes without a token: signed in or not.
API = {
    "api/v1/o/<slug:org>/offices/": 401,
    "api/v1/o/<slug:org>/reports/": 401,
    "api/v1/o/<slug:org>/cases/": 401,
    "api/v1/o/<slug:org>/cases/<str:reference>/": 401,
    "api/v1/o/<slug:org>/deadlines/": 401,
    "^api/": 404,
}

#: Addresses that belong to no organisation.
ANYBODY = {"": 302, "calendar/": 200, "healthz": 200, "readyz": 200, "status": 404}


def everybody_expected(address: str) -> dict[str, int]:
    """What each person, and somebody not signed in, gets from an address of staff."""
    found = dict.fromkeys(PEOPLE, 404)
    for status, names in STAFF[address].items():
        found |= dict.fromkeys(names.split(), status)
    return {**found, "anonymous": 302}
