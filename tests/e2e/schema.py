"""A strict check of JSON against the part of JSON Schema that report.schema.json uses; another keyword is an error."""

import re

IGNORED = {"$schema", "$defs", "title", "description"}
TYPES = {"object": dict, "array": list, "string": str, "null": type(None), "boolean": bool}


def is_type(value, name):
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def is_number(value):
    return is_type(value, "number")


def listed(schema):
    return schema if isinstance(schema, list) else [schema]


# keyword: whether (value, what the schema says) passes
CHECKS = {
    "type": lambda value, names: any(is_type(value, name) for name in listed(names)),
    "enum": lambda value, among: value in among,
    "const": lambda value, one: value == one,
    "minimum": lambda value, bound: not is_number(value) or value >= bound,
    "maximum": lambda value, bound: not is_number(value) or value <= bound,
    "exclusiveMinimum": lambda value, bound: not is_number(value) or value > bound,
    "pattern": lambda value, pattern: not isinstance(value, str) or re.search(pattern, value) is not None,
    "minItems": lambda value, n: not isinstance(value, list) or len(value) >= n,
    "maxItems": lambda value, n: not isinstance(value, list) or len(value) <= n,
    "required": lambda value, keys: not isinstance(value, dict) or all(key in value for key in keys),
}


def errors(value, schema, root=None, at="$"):
    """What is wrong, as texts; empty: nothing."""
    root = root or schema
    found = []
    for keyword, said in schema.items():
        if keyword in IGNORED:
            continue
        if keyword == "$ref":
            found += errors(value, root["$defs"][said.rsplit("/", 1)[1]], root, at)
        elif keyword == "anyOf":
            if all(errors(value, each, root, at) for each in said):
                found.append(f"{at}: fits none: {errors(value, said[0], root, at)[:3]}")
        elif keyword == "items":
            for i, each in enumerate(value if isinstance(value, list) else []):
                found += errors(each, said, root, f"{at}[{i}]")
        elif keyword == "properties":
            for key, each in said.items():
                if isinstance(value, dict) and key in value:
                    found += errors(value[key], each, root, f"{at}.{key}")
        elif keyword == "additionalProperties":
            assert said is False
            if isinstance(value, dict):
                found += [f"{at}.{key}: unknown" for key in value if key not in schema["properties"]]
        elif not CHECKS[keyword](value, said):
            found.append(f"{at}: {keyword} {said}")
    return found
