"""Addresses of people and of the organisation itself, below /o/<organisation>/."""

from django.urls import path

from core.people import house_pages, pages

urlpatterns = [
    path("people/", pages.Members.as_view(), name="people"),
    path("people/add/", pages.Add.as_view(), name="people_add"),
    path("people/waiting/", pages.Waiting.as_view(), name="people_waiting"),
    path("people/offices/", house_pages.Offices.as_view(), name="offices"),
    path("people/offices/add/", house_pages.AddOffice.as_view(), name="office_add"),
    path("people/offices/<str:office>/", house_pages.ChangeOffice.as_view(), name="office"),
    path("people/organisation/", house_pages.Settings.as_view(), name="settings"),
    path("people/<str:member>/", pages.Member.as_view(), name="member"),
    path("people/<str:member>/change/", pages.Change.as_view(), name="member_change"),
    path("people/<str:member>/invite/", pages.Invite.as_view(), name="member_invite"),
    path("people/<str:member>/end/", pages.End.as_view(), name="member_end"),
    path("people/<str:member>/roles/", pages.Propose.as_view(), name="role_propose"),
    path("people/<str:member>/roles/<slug:role>/approve/", pages.Approve.as_view(), name="role_approve"),
    path("people/<str:member>/roles/<slug:role>/decline/", pages.Decline.as_view(), name="role_decline"),
    path("people/<str:member>/roles/<slug:role>/end/", pages.EndRole.as_view(), name="role_end"),
    path("people/<str:member>/reset/", pages.AskReset.as_view(), name="reset_ask"),
    path("people/<str:member>/reset/allow/", pages.DecideReset.as_view(), name="reset_allow"),
    path("people/<str:member>/reset/decline/", pages.DecideReset.as_view(allow=False), name="reset_decline"),
]
