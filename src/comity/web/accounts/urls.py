"""URLs: every page of an account, in each of its languages; named as the library names them."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, path

from comity.web.accounts import answering, directory, pages
from comity.web.front_door import identity, mail, people

DIRECTORY = [
    path(
        "account/directory/<str:provider_id>/login",
        directory.to_directory,
        name="openid_connect_login",
    ),
    path(
        "account/directory/<str:provider_id>/back",
        directory.from_directory,
        name="openid_connect_callback",
    ),
]
"""A directory knows one address to send people back to, whatever their language."""

IN_EACH_LANGUAGE = i18n_patterns(
    path("account/directory", directory.directory, name="account_directory"),
    path("account/directory/unknown", directory.unknown, name="account_directory_unknown"),
    path("account/directory/failed", directory.failed, name="account_directory_failed"),
    path(people.HOME, people.home, name="account_home"),
    path(
        f"{people.PLACE}<slug:organisation>",
        people.organisation,
        name="account_organisation",
    ),
    path(
        f"{people.PLACE}<slug:organisation>/identity",
        identity.identity,
        name="account_identity",
    ),
    path(f"{people.PLACE}<slug:organisation>/mail", mail.mail, name="account_mail"),
    path("account/questions/<str:consent>", answering.question, name="account_question"),
    path("account/sign-up", pages.sign_up, name="account_signup"),
    path("account/sign-in", pages.sign_in, name="account_login"),
    path("account/sign-in/passkey", pages.by_passkey, name="mfa_login_webauthn"),
    path("account/sign-in/second-step", pages.second_page, name="mfa_authenticate"),
    path("account/sign-out", pages.sign_out, name="account_logout"),
    path("account/inactive", pages.inactive, name="account_inactive"),
    path("account/confirm", pages.confirm_password, name="account_reauthenticate"),
    path("account/confirm/code", pages.confirm_code, name="mfa_reauthenticate"),
    path("account/confirm/passkey", pages.confirm_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/password", pages.password, name="account_change_password"),
    path("account/safety", pages.safety, name="mfa_index"),
    path("account/safety/code", pages.add_code, name="mfa_activate_totp"),
    path("account/safety/code/remove", pages.remove_code, name="mfa_deactivate_totp"),
    path("account/safety/passkeys", pages.list_passkeys, name="mfa_list_webauthn"),
    path("account/safety/passkeys/add", pages.add_passkey, name="mfa_add_webauthn"),
    path(
        "account/safety/passkeys/<int:pk>/remove",
        pages.remove_passkey,
        name="mfa_remove_webauthn",
    ),
    path("account/safety/recovery", pages.recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/safety/recovery/new",
        pages.new_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("account/sessions", pages.signed_in_where, name="usersessions_list"),
    prefix_default_language=False,
)

urlpatterns: list[URLPattern | URLResolver] = [*DIRECTORY, *IN_EACH_LANGUAGE]
