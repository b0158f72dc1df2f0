"""What a reporter may learn of their own report, and nothing else of the case."""

from django.db import migrations

CREATE = """
CREATE FUNCTION reporter_status() RETURNS TABLE (
    state text, close_reason text, received_at timestamptz, triaged_at timestamptz, closed_at timestamptz,
    answered_at timestamptz, for_whom text
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT c.state, c.close_reason, r.received_at, c.triaged_at, c.closed_at,
           (SELECT min(a.sent_at) FROM public.message a
            WHERE a.organisation_id = m.organisation_id AND a.mailbox_id = m.id AND a.direction = 'out'),
           r.for_whom
    FROM public.mailbox m
    JOIN public.report r ON r.organisation_id = m.organisation_id AND r.id = m.report_id
    JOIN public.case_file c ON c.organisation_id = r.organisation_id AND c.id = r.case_id
    WHERE m.organisation_id = current_setting('amparo.organisation')::uuid
      AND m.lookup = nullif(current_setting('amparo.mailbox'), '') AND m.state = 'open'
$$;
REVOKE EXECUTE ON FUNCTION reporter_status() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reporter_status() TO intake;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_case_files")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION reporter_status()")]
