"""Directory: signing in by an organisation's own directory (OpenID Connect), not by a password.

After a break-in the directory may be the attacker's. So it never makes an account, opens one only
to whoever connected it before, and stands for the password alone: the second step stays here.
"""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from comity import settings
from comity.faces import DIRECTORY
from comity.web.accounts.pages import in_layout


class DirectoryAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the library is untyped
    """Lets a directory say who somebody is, and nothing else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002 - the library's own signature
        """Return that a directory makes no account."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:  # noqa: ARG002 - the library's own signature
        """Stop whoever has not connected the directory to an account.

        Raises:
            ImmediateHttpResponse: they have not.
        """
        is_new = not sociallogin.is_existing
        if is_new and sociallogin.state.get("process") != AuthProcess.CONNECT:
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_directory_unknown")))

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 - the library's own signature
        """Say one thing, whatever went wrong at the directory.

        Raises:
            ImmediateHttpResponse: always.
        """
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_directory_failed")))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the library has it
        """Send nothing, whoever asks for it."""


@require_http_methods(["GET", "HEAD", "POST"])
def directory(request: HttpRequest) -> HttpResponse:
    """Return the page from which one goes to the directory, to sign in or to connect it."""
    found = settings.directory()
    if found is None:
        raise Http404
    is_in = request.user.is_authenticated
    own = SocialAccount.objects.filter(user=request.user) if is_in else SocialAccount.objects.none()
    if request.method == "POST" and is_in:
        own.delete()
        return HttpResponseRedirect(reverse("mfa_index"))
    values = {
        **in_layout(request),
        "name": found.name,
        "process": AuthProcess.CONNECT if is_in else AuthProcess.LOGIN,
        "is_connected": own.exists(),
        "go": reverse("openid_connect_login", kwargs={"provider_id": DIRECTORY}),
        "next": reverse("account_home"),
    }
    return _may_lead_to(found.issuer, request, values)


def _may_lead_to(issuer: str, request: HttpRequest, values: dict[str, object]) -> HttpResponse:
    """Return the page. A form leads elsewhere only where the browser is told so: to one site."""

    @csp_update({"form-action": ["'self'", "/".join(issuer.split("/")[:3])]})
    def shown(request: HttpRequest) -> HttpResponse:
        return render(request, "accounts/directory.html", values)

    response: Any = shown(request)
    response["Cache-Control"] = "no-store"
    answer: HttpResponse = response
    return answer


def to_directory(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody to the directory; only from our page, where they pressed a button."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("account_directory"))
    answer: HttpResponse = views.login(request, provider_id)
    return answer


@require_GET
def from_directory(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take what the directory says of who came back from it."""
    answer: HttpResponse = views.callback(request, provider_id)
    return answer


@require_GET
def unknown(request: HttpRequest) -> HttpResponse:
    """Return what is said to somebody whom the directory knows and no account here does."""
    return _said(request, "directory_unknown")


@require_GET
def failed(request: HttpRequest) -> HttpResponse:
    """Return what is said when nothing came of going to the directory."""
    return _said(request, "directory_failed")


def _said(request: HttpRequest, about: str) -> HttpResponse:
    values = {**in_layout(request), "about": about}
    return render(request, "accounts/stopped.html", values, status=403)
