"""URLs: every way in. There are four."""

from django.urls import path

from comity.api import views

urlpatterns = [
    path("", views.name),
    path("health", views.health),
    path("node/envelopes", views.envelopes),
    path("node/controls", views.controls),
]
handler400 = "comity.api.views.malformed"
handler404 = "comity.api.views.nothing_here"
handler500 = "comity.api.views.unavailable"
