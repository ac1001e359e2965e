'''Web pages: the sandbox, live updates over SSE, and what cards link to.

How to add a page behind the login. A page is one async function of a `Visit` (bot/web/site.py):

    async def show(visit: Visit) -> Response:
        """What it shows."""
        team = visit.request.path_params["team"]
        await visit.allow("portrait", Matter(team), team)            # else: a kind page with 403, and an audit row
        shown = await visit.read(lambda tx: portraits.of(visit.ctx, tx, team))  # LookupError: a kind page with 404
        return visit.render("portrait.html", shown=shown)            # templates/portrait.html extends base.html

    async def change(visit: Visit) -> Response:                       # a POST; CSRF is checked before it runs
        await visit.write(lambda tx: actions.apply(visit.ctx, tx, request_of(visit.form)))
        return visit.back("/team/…")                                  # 303

    def routes(site: Site) -> list[BaseRoute]:
        return [site.get("/team/{team}", show), site.post("/team/{team}", change)]

and one line in bot/web/pages.py: `*feature.routes(site)`, with a line in NAV when the front page shall offer it.
Who is not logged in is sent to /login and comes back. `visit.person` is the handlers' Person, looked up anew at every
request; `visit.may(action, matter)` asks without refusing; actions are those of handlers/permissions.RULES.
Forms: `<form method="post"><input type="hidden" name="csrf" value="{{ csrf }}">…`; fetch() sends the header `x-csrf`.
The CSP forbids inline scripts and styles, style attributes too: files in static/ only, addressed as /static/….
Every text on a page is masked where its value is made, as on cards; Jinja escapes whatever it is given.
'''
