"""Faces: what Django needs to serve a front door's pages for people, beside a node's settings."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

WEB = Path(__file__).parent / "web"
MOST_FORM_BYTES: Final = 256 << 10
"""How many bytes a form may have that somebody sends to these pages, its files aside."""
MOST_UPLOAD_BYTES: Final = 4 << 20
"""How many bytes a form may have with its files. They stay in memory: none stands in a folder."""

PEOPLES_FACE: Final[dict[str, Any]] = {
    "ROOT_URLCONF": "comity.web.front_door.urls",
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "csp.middleware.CSPMiddleware",
    ],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.jinja2.Jinja2",
            "DIRS": [str(WEB / each / "templates") for each in ("ui", "front_door", "accounts")],
            "OPTIONS": {"environment": "comity.web.ui.environment.environment"},
        }
    ],
    "SECURE_REFERRER_POLICY": "same-origin",
    "DATA_UPLOAD_MAX_MEMORY_SIZE": MOST_FORM_BYTES,
    "DATA_UPLOAD_MAX_NUMBER_FIELDS": 200,
    "DATA_UPLOAD_MAX_NUMBER_FILES": 5,
    "FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.MemoryFileUploadHandler"],
    "FILE_UPLOAD_MAX_MEMORY_SIZE": MOST_UPLOAD_BYTES,
    "CONTENT_SECURITY_POLICY": {
        "DIRECTIVES": {
            "default-src": ["'none'"],
            "style-src": ["'self'"],
            "img-src": ["'self'"],
            "form-action": ["'self'"],
            "frame-ancestors": ["'none'"],
            "base-uri": ["'none'"],
        }
    },
}
"""No script, no cookie, no session: nobody is known by more than what a form says."""


ACCOUNT_APPS: Final = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "comity.web.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
)
ACCOUNTS: Final[dict[str, Any]] = {
    "INSTALLED_APPS": ["comity.store", *ACCOUNT_APPS],
    "AUTH_USER_MODEL": "accounts.Person",
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "LANGUAGE_CODE": "en",
    "LANGUAGES": [("en", "English"), ("cy", "Cymraeg")],
    "MIDDLEWARE": [
        *PEOPLES_FACE["MIDDLEWARE"],
        "comity.web.accounts.middleware.at_one_address",
        "comity.web.accounts.middleware.language_of_address",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "comity.web.accounts.middleware.ends_sessions",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "allauth.account.middleware.AccountMiddleware",
        "axes.middleware.AxesMiddleware",
    ],
    "AUTHENTICATION_BACKENDS": [
        "axes.backends.AxesStandaloneBackend",
        "allauth.account.auth_backends.AuthenticationBackend",
    ],
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": f"django.contrib.auth.password_validation.{each}", "OPTIONS": options}
        for each, options in (
            ("MinimumLengthValidator", {"min_length": 12}),
            ("CommonPasswordValidator", {}),
            ("NumericPasswordValidator", {}),
        )
    ],
    "LOGIN_URL": "account_login",
    "LOGIN_REDIRECT_URL": "account_home",
    "SESSION_ENGINE": "comity.web.accounts.sessions",
    "SESSION_COOKIE_AGE": 40 * 60,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_AGE": None,
    "CSRF_FAILURE_VIEW": "comity.web.accounts.pages.sent_from_elsewhere",
    "ACCOUNT_ADAPTER": "comity.web.accounts.adapters.AccountAdapter",
    "ACCOUNT_LOGIN_METHODS": {"username"},
    "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
    "ACCOUNT_SESSION_REMEMBER": False,
    "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE": True,
    "ACCOUNT_REAUTHENTICATION_TIMEOUT": 300,
    "ACCOUNT_RATE_LIMITS": {
        "login": None,
        "signup": None,
        "login_failed": "10/15m/key",
        "reauthenticate": "10/5m/user",
        "change_password": "5/5m/user",
    },
    "SOCIALACCOUNT_ADAPTER": "comity.web.accounts.directory.DirectoryAdapter",
    "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,
    "SOCIALACCOUNT_QUERY_EMAIL": False,
    "SOCIALACCOUNT_STORE_TOKENS": False,
    "MFA_ADAPTER": "comity.web.accounts.adapters.SecondFactorAdapter",
    "MFA_SUPPORTED_TYPES": ["webauthn", "totp", "recovery_codes"],
    "MFA_PASSKEY_LOGIN_ENABLED": True,
    "MFA_WEBAUTHN_USER_VERIFICATION": "required",
    "MFA_TOTP_TOLERANCE": 1,
    "MFA_TOTP_ISSUER": "Comity",
    "MFA_RATE_LIMITS": {"webauthn_login": None},
    "AXES_LOCKOUT_PARAMETERS": ["username"],
    "AXES_FAILURE_LIMIT": 10,
    "AXES_COOLOFF_TIME": 0.25,
    "AXES_RESET_ON_SUCCESS": True,
    "AXES_LOCKOUT_CALLABLE": "comity.web.accounts.pages.locked_out",
    "AXES_DISABLE_ACCESS_LOG": True,
    "AXES_VERBOSE": False,
}
"""What is beside where a front door has a node: people can sign in, and no mail opens anything."""


def cookies(address: str) -> dict[str, Any]:
    """Return how cookies are named and kept, for pages at an address."""
    is_secure = address.startswith("https:")
    mark = "__Host-" if is_secure else f"{urlsplit(address).port or 80}-"
    return {
        "SESSION_COOKIE_NAME": f"{mark}session",
        "CSRF_COOKIE_NAME": f"{mark}form",
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if is_secure else "http",
        "SESSION_COOKIE_SECURE": is_secure,
        "CSRF_COOKIE_SECURE": is_secure,
        "CSRF_TRUSTED_ORIGINS": [address],
    }


DIRECTORY: Final = "directory"
"""How addresses name the one directory by which people can sign in here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """An organisation's directory (OpenID Connect), by which its people can sign in."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    name: str


def by_directory(found: Directory | None) -> dict[str, Any]:
    """Return the settings with which people sign in by a directory; it says only who they are."""
    app = found and {
        "provider_id": DIRECTORY,
        "name": found.name,
        "client_id": found.client,
        "secret": found.secret,
        "settings": {"server_url": found.issuer, "fetch_userinfo": False},
    }
    provider = {"OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid"], "APPS": [app] if app else []}
    return {"SOCIALACCOUNT_PROVIDERS": {"openid_connect": provider}}
