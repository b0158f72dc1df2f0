"""Addresses of the public pages; they say nothing of what is on them, for they stay in the history of the browser."""

from django.urls import path

from cases.public import box, receipt, views

app_name = "public"
urlpatterns = [
    path("", views.Start.as_view(), name="start"),
    path("help/", views.Help.as_view(), name="help"),
    path("about/", views.AboutLeaving.as_view(), name="about"),
    path("check/", views.Check.as_view(), name="check"),
    path("leave/", views.Leave.as_view(), name="leave"),
    path("p/<int:number>/", views.Question.as_view(), name="page"),
    path("p/end/", views.Review.as_view(), name="review"),
    path("later/", receipt.PutAway.as_view(), name="later"),
    path("note/", receipt.Receipt.as_view(), name="receipt"),
    path("note/sheet/", receipt.Sheet.as_view(), name="sheet"),
    path("note/notes.txt", receipt.Notes.as_view(), name="notes"),
    path("number/", box.Return.as_view(), name="return"),
    path("box/", box.Box.as_view(), name="box"),
    path("box/new/", box.TakeOver.as_view(), name="take_over"),
    path("box/allow/", box.Allow.as_view(), name="allow"),
    path("box/word/", box.Phrase.as_view(), name="phrase"),
    path("box/close/", box.Close.as_view(), name="close"),
]
