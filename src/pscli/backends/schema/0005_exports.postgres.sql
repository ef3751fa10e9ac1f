-- What SQLite has of its own: text as a JSON string, NULL as null. STABLE, as to_json is, so that it
-- is inlined.
CREATE FUNCTION json_quote(value text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT COALESCE(to_json(value)::text, 'null') $$;
