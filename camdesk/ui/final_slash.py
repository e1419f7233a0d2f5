"""An address without its final slash leads to the one with it, and takes along what was sent."""

from django.http import HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware


class MovedWithItsBody(HttpResponsePermanentRedirect):
    """After a 301 browsers and clients ask anew with GET, and what was typed is lost; 308 (RFC 9110, 15.4.9) keeps
    method and body."""

    status_code = 308


class FinalSlash(CommonMiddleware):
    response_redirect_class = MovedWithItsBody
