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
