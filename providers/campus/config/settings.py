"""Settings of campus, from the environment. Nothing needs to be set: then everything is embedded.

DATABASE_URL        sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME
REDIS_URL           redis://HOST:PORT/DB; without it an embedded one, gone with the process
CAMPUS_CACHE_PREFIX before each key of the cache in it, where others use the same one
CAMPUS_SECRET_KEY   without it a new one at each start, which ends sessions of the admin
CAMPUS_HOSTS        comma-separated names that the service answers to; loopback by default
CAMPUS_DEBUG        1 for development
JUDGE0_URL, JUDGE0_AUTH_TOKEN, JUDGE0_CA_BUNDLE    the service that runs programs
CAMPUS_JUDGE_SECONDS    how long a program's verdict is waited for
CAMPUS_LOGINS_PER_MINUTE, CAMPUS_SUBMISSIONS_PER_MINUTE    of one address, of one user
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from config.environment import database, flag, number

HOME = Path(__file__).resolve().parent.parent
ROOT = HOME.parent.parent

DEBUG = flag(os.environ, "CAMPUS_DEBUG")
SECRET_KEY = os.environ.get("CAMPUS_SECRET_KEY") or secrets.token_urlsafe(48)
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("CAMPUS_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
    if host.strip()
]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config",
    "accounts",
    "courses",
]

MIDDLEWARE = [
    "config.middleware.RequestId",
    "config.middleware.JsonErrors",
    "config.middleware.LongestRequest",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

EMBEDDED = ROOT / ".troth" / "campus" / "campus.sqlite3"
if not os.environ.get("DATABASE_URL"):
    EMBEDDED.parent.mkdir(parents=True, exist_ok=True)
DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{EMBEDDED}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = os.environ.get("REDIS_URL", "")
CACHE_PREFIX = os.environ.get("CAMPUS_CACHE_PREFIX", "campus")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
TOKEN_DAYS = 30
"""How long a bearer token is good, unless it says otherwise."""

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
STATIC_URL = "static/"
# A path without its slash is an unknown path: a redirect would lose the body of a POST.
APPEND_SLASH = False
LONGEST_REQUEST = 4 * 1024 * 1024
"""Bytes; a program and its form stay far below. More is a 413."""
DATA_UPLOAD_MAX_MEMORY_SIZE = LONGEST_REQUEST

SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

JUDGE0_URL = os.environ.get("JUDGE0_URL", "http://127.0.0.1:2358")
JUDGE0_AUTH_TOKEN = os.environ.get("JUDGE0_AUTH_TOKEN", "")
JUDGE0_CA_BUNDLE = os.environ.get("JUDGE0_CA_BUNDLE", "")
JUDGE_SECONDS = number(os.environ, "CAMPUS_JUDGE_SECONDS", 30)
LOGINS_PER_MINUTE = number(os.environ, "CAMPUS_LOGINS_PER_MINUTE", 10)
SUBMISSIONS_PER_MINUTE = number(os.environ, "CAMPUS_SUBMISSIONS_PER_MINUTE", 60)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "config.logs.WithRequestId"}},
    "formatters": {"json": {"()": "config.logs.JsonLines"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]},
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("CAMPUS_LOG_LEVEL", "WARNING")},
    "loggers": {
        "campus": {"level": "INFO"},
        # It tells each 4xx as well, which campus.requests has told with the id of the request.
        "django.request": {"level": "ERROR"},
        # Its own handlers would write each line twice, and in another form.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}

TEST_RUNNER = "config.runner.PytestRunner"
