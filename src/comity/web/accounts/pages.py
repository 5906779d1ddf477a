"""Pages: signing up, signing in, and what makes an account safe; the library's views, our pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from allauth.account import views as account
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as one_time
from allauth.mfa.webauthn import views as passkeys
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.usersessions import views as sessions
from csp.decorators import csp_update
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from comity import settings
from comity.web.front_door.pages import PREFIX, language_of, layout
from comity.web.front_door.telling import moment
from comity.web.front_door.words import catalogue, said
from comity.web.ui.environment import style_address
from comity.words.catalogue import Language

FORM = "accounts/form.html"
SCRIPT = "passkey.js"
WRONG = "account.error"
ALLOWED = {
    "script": {"script-src": ["'self'"]},
    "picture": {"img-src": ["'self'", "data:"]},
}
"""What a few of these pages may do beside: no browser asks for a passkey without a script."""

Shown = Callable[..., HttpResponse]


def in_layout(request: HttpRequest) -> dict[str, object]:
    """Return what every page of an account shows, beside what is its own."""
    language = language_of(request)
    path = request.path_info.removeprefix(PREFIX[language])
    return {
        **layout(request, language, path),
        "wrong": lambda form: what_is_wrong(form, language),
        "moment": lambda at: moment(at, language),
        "script": style_address(SCRIPT),
        "url": reverse,
        "directory": found.name if (found := settings.directory()) else "",
    }


def what_is_wrong(form: BaseForm | None, language: Language) -> list[tuple[str, str]]:
    """Return the first mistake of each field, as the page says it."""
    if form is None:
        return []
    found = form.errors.as_data().items()
    return [(name, _said(errors[0].code or "", name, language)) for name, errors in found]


def _said(code: str, field: str, language: Language) -> str:
    for key in (f"{WRONG}.{field}.{code}", f"{WRONG}.{code}"):
        if key in catalogue():
            return said(key, language)
    return said(f"{WRONG}.other", language)


class OnOurPage:
    """Puts what is the library's into our layout."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - as the library has it
        """Return what the page shows."""
        found: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a view's own
        return {**in_layout(self.request), **found}


def shown(view: Any, about: str, template: str = FORM, needs: str = "") -> Shown:  # noqa: ANN401 - the library is untyped
    """Return one of the library's views on our page; `about` says which sentences stand there."""
    ours = type(view.__name__, (OnOurPage, view), {})
    said_there = {"about": about, "needs": needs}
    as_view: Shown = ours.as_view(template_name=template, extra_context=said_there)  # type: ignore[attr-defined]  # the library is untyped
    may_run: Any = csp_update(ALLOWED[needs])(as_view) if needs else as_view

    @wraps(as_view)
    def answered(request: HttpRequest, **named: object) -> HttpResponse:
        response: HttpResponse = may_run(request, **named)
        response["Content-Language"] = str(language_of(request))
        response["Cache-Control"] = "no-store"
        return response

    return answered


class SignUp(account.SignupView):  # type: ignore[misc]  # the library is untyped
    """Makes an account. The password that was just chosen is not asked for once more."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Sign whoever made an account in; their second step comes next."""
        response: HttpResponse = super().form_valid(form)
        if self.request.user.is_authenticated:
            reauthenticate_by_password(self.request)
        return response


class AddPasskey(passkeys.AddWebAuthnView):  # type: ignore[misc]  # the library is untyped
    """Takes a passkey that knows whose it is, and asks its owner each time."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - as the library has it
        """Return what the page needs to ask the browser for a new key."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        options = webauthn.begin_registration(self.request.user, passwordless=True)
        return {**found, "js_data": {"creation_options": options}}


class SignInByPasskey(passkeys.LoginWebAuthnView):  # type: ignore[misc]  # the library is untyped
    """Signs somebody in by a passkey alone."""

    template_name: ClassVar[str] = FORM

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401, ARG002 - as the library has it
        """Return the page that asks for a passkey."""
        options = webauthn.begin_authentication(user=None)
        found = self.get_context_data(js_data={"request_options": options}, **kwargs)
        page: HttpResponse = self.render_to_response(found)
        return page

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Return the page again, with what to do."""
        options = webauthn.begin_authentication(user=None)
        found = self.get_context_data(form=form, js_data={"request_options": options})
        page: HttpResponse = self.render_to_response(found)
        return page


def locked_out(
    request: HttpRequest, _response: object = None, _credentials: object = None
) -> HttpResponse:
    """Return what is said when somebody guessed too often."""
    return _stopped(request, "locked", 429)


def sent_from_elsewhere(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's own signature
    """Return what is said when a form is not from the page that was shown last."""
    return _stopped(request, "elsewhere", 403)


def _stopped(request: HttpRequest, about: str, status: int) -> HttpResponse:
    values = {**in_layout(request), "about": about}
    return render(request, "accounts/stopped.html", values, status=status)


sign_up = shown(SignUp, "sign_up")
sign_in = shown(account.LoginView, "sign_in")
sign_out = shown(account.LogoutView, "sign_out")
by_passkey = shown(SignInByPasskey, "by_passkey", needs="script")
second_page = shown(
    second_step.AuthenticateView, "second_step", "accounts/second.html", needs="script"
)
confirm_password = shown(account.ReauthenticateView, "confirm")
confirm_code = shown(second_step.ReauthenticateView, "confirm_code")
confirm_passkey = shown(passkeys.ReauthenticateWebAuthnView, "confirm_passkey", needs="script")
password = shown(account.PasswordChangeView, "password")
inactive = shown(account.AccountInactiveView, "inactive", "accounts/stopped.html")
safety = shown(second_step.IndexView, "safety", "accounts/safety.html")
add_code = shown(one_time.ActivateTOTPView, "add_code", "accounts/add_code.html", needs="picture")
remove_code = shown(one_time.DeactivateTOTPView, "remove_code")
add_passkey = shown(AddPasskey, "add_passkey", needs="script")
list_passkeys = shown(passkeys.ListWebAuthnView, "passkeys", "accounts/passkeys.html")
remove_passkey = shown(passkeys.RemoveWebAuthnView, "remove_passkey")
recovery_codes = shown(recovery.ViewRecoveryCodesView, "recovery", "accounts/recovery.html")
new_recovery_codes = shown(recovery.GenerateRecoveryCodesView, "new_recovery")
signed_in_where = shown(sessions.ListUserSessionsView, "sessions", "accounts/sessions.html")
