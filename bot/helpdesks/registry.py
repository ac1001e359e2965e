"""Every helpdesk we understand, by the `kind` of its section in config.toml."""

from collections.abc import Mapping

from bot.helpdesks import chatwoot, django_helpdesk, generic
from bot.helpdesks.contract import Adapter

ADAPTERS: Mapping[str, Adapter] = {
    "chatwoot": chatwoot,
    "django_helpdesk": django_helpdesk,
    "generic": generic,
}
