"""MetaExtract's HTTP server: an aiohttp application (`app.create_app` over `services.Services`)."""
