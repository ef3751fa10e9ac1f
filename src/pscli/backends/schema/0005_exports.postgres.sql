-- What SQLite has of its own: text as a JSON string, NULL as null.
CREATE FUNCTION json_quote(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT COALESCE(to_json(value)::text, 'null') $$;
