"""The types of fields, under the name of the module that once defined them."""

from .fields import AnyNull as AnyNull, Base64 as Base64, DbNull as DbNull, Json as Json, JsonNull as JsonNull
