"""Pydantic 1 and 2 by the same names."""

import pydantic

IS_2 = pydantic.VERSION.startswith('2.')


def fields(model):
    return model.model_fields if IS_2 else model.__fields__


def is_required(field):
    return field.is_required() if IS_2 else field.required


def fields_set(record):
    return record.model_fields_set if IS_2 else record.__fields_set__


def dump(record, **options):
    return record.model_dump(**options) if IS_2 else record.dict(**options)


def dump_json(record):
    return record.model_dump_json() if IS_2 else record.json()


def parse(model, value):
    return model.model_validate(value) if IS_2 else model.parse_obj(value)


def parse_json(model, text):
    return model.model_validate_json(text) if IS_2 else model.parse_raw(text)


def copied(record, **changes):
    return record.model_copy(update=changes) if IS_2 else record.copy(update=changes)


def made(model, **values):
    return model.model_construct(**values) if IS_2 else model.construct(**values)


def schema_of(model, name):
    text = model.model_json_schema()['$defs'] if IS_2 else model.schema()['definitions']
    return text[name]


def validator(*names):
    if IS_2:
        return lambda function: pydantic.field_validator(*names)(classmethod(function))
    return lambda function: pydantic.validator(*names)(function)
