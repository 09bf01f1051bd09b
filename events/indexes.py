"""Indexes that Piccolo cannot express; each statement runs as it stands on both engines and may run twice."""

from __future__ import annotations

FIRST = (
    "CREATE UNIQUE INDEX IF NOT EXISTS store_text_version ON store_text (store, kind, version)",
    "CREATE INDEX IF NOT EXISTS session_of_event ON session (event, starts_at)",
    "CREATE INDEX IF NOT EXISTS event_of_store ON event (store, state)",
    "CREATE UNIQUE INDEX IF NOT EXISTS registration_once ON registration (household, session) WHERE state <> 'cancelled'",
    "CREATE INDEX IF NOT EXISTS registration_of_session ON registration (session, state, queued_at, id)",
    "CREATE INDEX IF NOT EXISTS registration_of_phone ON registration (phone, session)",
    "CREATE INDEX IF NOT EXISTS attendee_of_registration ON attendee (registration)",
    "CREATE UNIQUE INDEX IF NOT EXISTS ticket_number_once ON ticket (session, number)",
    "CREATE UNIQUE INDEX IF NOT EXISTS arrival_once ON arrival (attendee) WHERE undone_at IS NULL",
    "CREATE UNIQUE INDEX IF NOT EXISTS arrival_nonce_once ON arrival (nonce, attendee)",
    "CREATE INDEX IF NOT EXISTS arrival_of_session ON arrival (session)",
    "CREATE INDEX IF NOT EXISTS group_of_store ON chat_group (store)",
    'CREATE UNIQUE INDEX IF NOT EXISTS delivery_once ON delivery (announcement, "group")',
    "CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due_at)",
    "CREATE INDEX IF NOT EXISTS delivery_finished ON delivery (finished_at)",
    "CREATE INDEX IF NOT EXISTS sign_in_of_household ON sign_in (household)",
    "CREATE INDEX IF NOT EXISTS sign_in_of_staff ON sign_in (staff)",
    "CREATE INDEX IF NOT EXISTS audit_of_subject ON audit (subject, subject_id)",
    "CREATE INDEX IF NOT EXISTS compound_of_store ON compound (store)",
    "CREATE INDEX IF NOT EXISTS venue_of_store ON venue (store)",
)

FAMILIES = (
    "DROP INDEX IF EXISTS registration_once",  # it knew no parts of a family
    "CREATE UNIQUE INDEX IF NOT EXISTS one_family ON registration (household, session) WHERE state <> 'cancelled' AND rest_of IS NULL",
    "CREATE UNIQUE INDEX IF NOT EXISTS registration_rest_once ON registration (rest_of) WHERE state <> 'cancelled' AND rest_of IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS registration_replacing ON registration (replaces) WHERE replaces IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS registration_of_household ON registration (household)",
    "CREATE INDEX IF NOT EXISTS registration_offered ON registration (offer_ends_at) WHERE state = 'offered'",
    "CREATE INDEX IF NOT EXISTS registration_waiting ON registration (session) WHERE state = 'waiting'",
    "CREATE INDEX IF NOT EXISTS answer_of_registration ON answer (registration)",
    "CREATE INDEX IF NOT EXISTS answer_of_option ON answer (option) WHERE option IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS answer_of_attendee ON answer (attendee) WHERE attendee IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS log_of_session ON registration_log (session, id)",
    "CREATE INDEX IF NOT EXISTS log_of_registration ON registration_log (registration, id)",
    "CREATE INDEX IF NOT EXISTS payment_of_registration ON payment (registration)",
    "CREATE UNIQUE INDEX IF NOT EXISTS payment_once ON payment (registration) WHERE undone_at IS NULL",
    "CREATE INDEX IF NOT EXISTS member_of_household ON member (household)",
    "CREATE INDEX IF NOT EXISTS household_of_phone ON household (phone) WHERE phone_proven_at IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS household_of_email ON household (email) WHERE email_proven_at IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS household_remembered ON household (remembered_at) WHERE remembered_at IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS message_due ON message (state, due_at)",
    "CREATE UNIQUE INDEX IF NOT EXISTS first_group_once ON first_group (event, code)",
    "CREATE INDEX IF NOT EXISTS question_of_event ON question (event, position)",
    "CREATE INDEX IF NOT EXISTS option_of_question ON question_option (question, position)",
)

RUSH = (
    "CREATE INDEX IF NOT EXISTS number_waiting ON queue_number (state, session, accepted_at, id)",  # whole: the state is bound in queries
    "CREATE INDEX IF NOT EXISTS number_over ON queue_number (served_at) WHERE served_at IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS intake_of_session ON intake (session)",
    "CREATE INDEX IF NOT EXISTS intake_open ON intake (created_at) WHERE closed_at IS NULL",
    "CREATE INDEX IF NOT EXISTS line_of_intake ON intake_line (intake, position)",
    "CREATE INDEX IF NOT EXISTS registration_by_group ON registration (session, via) WHERE via <> ''",
    "CREATE INDEX IF NOT EXISTS export_due ON export_file (state, due_at)",
    "CREATE UNIQUE INDEX IF NOT EXISTS export_part_once ON export_part (export, position)",
)

DOOR = (
    "DROP INDEX IF EXISTS arrival_once",  # these three went with their table
    "DROP INDEX IF EXISTS arrival_nonce_once",
    "DROP INDEX IF EXISTS arrival_of_session",
    "CREATE UNIQUE INDEX IF NOT EXISTS ticket_digest_once ON ticket (digest)",
    "CREATE UNIQUE INDEX IF NOT EXISTS passage_once ON passage (attendee, nonce)",
    "CREATE INDEX IF NOT EXISTS passage_of_session ON passage (session, changed_at)",
    "CREATE INDEX IF NOT EXISTS passage_of_scan ON passage (nonce)",
    "CREATE INDEX IF NOT EXISTS scan_of_session ON scan (session, id)",
    "CREATE INDEX IF NOT EXISTS scan_of_ticket ON scan (ticket) WHERE ticket IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS scan_undoing ON scan (undoes)",  # whole: nonces are bound in queries
)

HELPERS = (
    "CREATE INDEX IF NOT EXISTS pickup_code_of_registration ON pickup_code (registration)",
    "CREATE INDEX IF NOT EXISTS pickup_of_session ON pickup (session)",
    "CREATE INDEX IF NOT EXISTS pickup_of_registration ON pickup (registration)",
    "CREATE INDEX IF NOT EXISTS grant_over ON venue_grant (expires_at)",
    "CREATE INDEX IF NOT EXISTS helper_link_of_store ON helper_link (store, closes_at)",
    "CREATE INDEX IF NOT EXISTS helper_device_of_link ON helper_device (link)",
    "CREATE INDEX IF NOT EXISTS printout_of_session ON printout (session, id)",
)

NOTICES = (
    "DROP INDEX IF EXISTS delivery_once",  # it knew no poster beside the words
    'CREATE UNIQUE INDEX IF NOT EXISTS delivery_part_once ON delivery (announcement, "group", part)',
    'CREATE INDEX IF NOT EXISTS delivery_of_group ON delivery ("group", id)',
    "CREATE INDEX IF NOT EXISTS announcement_of_event ON announcement (event)",
    "CREATE UNIQUE INDEX IF NOT EXISTS wording_once ON wording (announcement, version)",
    "CREATE INDEX IF NOT EXISTS change_of_session ON session_change (session, id)",
    "CREATE UNIQUE INDEX IF NOT EXISTS notice_once ON notice (registration, kind, about)",
    "CREATE INDEX IF NOT EXISTS notice_of_session ON notice (session, kind)",
    "CREATE INDEX IF NOT EXISTS notice_due ON notice (state, due_at)",
    "CREATE INDEX IF NOT EXISTS notice_of_change ON notice (change) WHERE change IS NOT NULL",
)
