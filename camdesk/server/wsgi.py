"""The WSGI side: everything but the event streams."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "camdesk.config.settings")
application = get_wsgi_application()
