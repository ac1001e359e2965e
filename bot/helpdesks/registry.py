"""Every helpdesk we understand, by the `kind` of its section in config.toml."""

from collections.abc import Mapping

from bot.helpdesks import (
    chatwoot,
    chatwoot_api,
    django_helpdesk,
    django_helpdesk_api,
    generic,
    zammad,
    zammad_api,
    zendesk,
    zendesk_api,
)
from bot.helpdesks.contract import Adapter, Assigns, Since, TakesNotes

ADAPTERS: Mapping[str, Adapter] = {
    "chatwoot": chatwoot,
    "django_helpdesk": django_helpdesk,
    "generic": generic,
    "zammad": zammad,
    "zendesk": zendesk,
}

SINCE: Mapping[str, Since] = {
    "chatwoot": chatwoot_api.since,
    "django_helpdesk": django_helpdesk_api.since,
    "zammad": zammad_api.since,
    "zendesk": zendesk_api.since,
}

NOTES: Mapping[str, TakesNotes] = {
    "chatwoot": chatwoot_api.note,
    "zammad": zammad_api.note,
    "zendesk": zendesk_api.note,
}

ASSIGNS: Mapping[str, Assigns] = {
    "chatwoot": chatwoot_api.assign,
    "zammad": zammad_api.assign,
    "zendesk": zendesk_api.assign,
}
