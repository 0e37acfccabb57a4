-- The schema as version 21 of the program made it, before anything was migrated. It stays as it is.
CREATE TABLE setting (
    -- OrganId, '' for a setting of the whole profile
    organ TEXT NOT NULL DEFAULT '',
    key TEXT NOT NULL,
    -- never a secret: those are in the key store, only their entry's name may stand here
    value TEXT NOT NULL,
    PRIMARY KEY (organ, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE lease (
    -- '' : a lease is the profile's, whichever organ the loop works for
    organ TEXT NOT NULL DEFAULT '',
    -- 'sync'
    name TEXT NOT NULL PRIMARY KEY,
    -- unique to one process and start
    holder TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- OrganId, NULL for what concerns the whole profile
    organ TEXT,
    at INTEGER NOT NULL,
    -- the account or person at this machine, 'sync' for the loop
    who TEXT NOT NULL,
    -- a word: sign, reserve_number, void_number, register, settle_send, ...
    what TEXT NOT NULL,
    -- the document: a DocumentId, or the SHA-256 of a file that has none yet
    document TEXT NOT NULL DEFAULT '',
    -- SHA-256 of the certificate that was used, in hex
    certificate TEXT NOT NULL DEFAULT '',
    -- the result of the checks that were made
    result TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    -- SHA-256 over the hash of the row before it and every column of this row
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_document ON audit (document, id) WHERE document <> '';
CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_keeps_values BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TABLE raw_message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- which of our organs it came for
    organ TEXT NOT NULL,
    -- the axis's own key of this message, not the document's DocumentId
    axis_id TEXT NOT NULL,
    -- 'edoc' or 'status', as the axis's list says
    message_type TEXT NOT NULL,
    -- SHA-256 of the package's bytes
    blob TEXT NOT NULL CHECK (length(blob) = 64),
    -- received: kept, not yet looked into. admitted: a document or a status stands for it.
    -- duplicate: its document was here already. unreadable: no package. set_aside: stopped, to be
    -- decided by a person (looks secret, failed three times)
    state TEXT NOT NULL DEFAULT 'received'
        CHECK (state IN ('received', 'admitted', 'duplicate', 'unreadable', 'set_aside')),
    reason TEXT NOT NULL DEFAULT '',
    -- how often it was looked into, counted before looking
    attempts INTEGER NOT NULL DEFAULT 0,
    received_at INTEGER NOT NULL,
    -- when the axis took our acknowledgement; NULL: the axis still lists it
    acked_at INTEGER,
    UNIQUE (organ, axis_id)
) STRICT;
CREATE INDEX raw_message_blob ON raw_message (blob);
CREATE INDEX raw_message_open ON raw_message (organ, state, id) WHERE state <> 'admitted';
CREATE INDEX raw_message_unacked ON raw_message (organ, id) WHERE acked_at IS NULL;
CREATE TABLE incoming (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    -- the package; what has no column here is read from it again
    raw INTEGER NOT NULL UNIQUE REFERENCES raw_message (id),
    -- DocumentId of edXML, byte for byte
    document_id TEXT NOT NULL,
    -- BussinessDocType: 0 new, 1 recall, 2 update, 3 replace
    operation INTEGER NOT NULL CHECK (operation BETWEEN 0 AND 3),
    from_id TEXT NOT NULL,
    from_name TEXT NOT NULL,
    code_number TEXT NOT NULL,
    code_notation TEXT NOT NULL,
    -- NULL: the sender wrote no possible date
    issued_on TEXT,
    place TEXT NOT NULL,
    kind_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    signatory_competence TEXT NOT NULL,
    signatory_position TEXT NOT NULL,
    signatory_name TEXT NOT NULL,
    due_on TEXT,
    -- Priority: 0 normal ... 4 express at a set time
    urgency INTEGER NOT NULL,
    sphere TEXT NOT NULL,
    pages INTEGER,
    paper INTEGER NOT NULL CHECK (paper IN (0, 1)),
    -- SteeringType
    steering INTEGER NOT NULL,
    -- BussinessDocReason
    reason TEXT NOT NULL,
    -- the last of 01...06 that this office reached; it is also the folder in the list
    state TEXT NOT NULL CHECK (state IN ('01', '02', '03', '04', '05', '06')),
    unread INTEGER NOT NULL DEFAULT 1 CHECK (unread IN (0, 1)),
    arrived_at INTEGER NOT NULL,
    -- số đến and ngày đến, from the registration on
    arrival_number INTEGER,
    arrival_on TEXT,
    -- who or which unit works on it
    assignee TEXT NOT NULL DEFAULT '',
    -- one word on the signatures, the report and the checks before acceptance as JSON
    verdict TEXT NOT NULL,
    report TEXT NOT NULL,
    checks TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX incoming_document ON incoming (organ, document_id) WHERE operation = 0;
CREATE INDEX incoming_code ON incoming (organ, from_id, code_number, code_notation);
CREATE INDEX incoming_folder ON incoming (organ, state, arrived_at, id);
CREATE INDEX incoming_newest ON incoming (organ, arrived_at, id);
-- counting a million rows for each painted list is too slow: triggers keep the sums
CREATE TABLE incoming_count (
    organ TEXT NOT NULL,
    state TEXT NOT NULL,
    total INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    PRIMARY KEY (organ, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER incoming_added AFTER INSERT ON incoming BEGIN
    INSERT INTO incoming_count (organ, state, total, unread)
        VALUES (NEW.organ, NEW.state, 1, NEW.unread)
        ON CONFLICT DO UPDATE SET total = total + 1, unread = unread + NEW.unread;
END;
CREATE TRIGGER incoming_removed AFTER DELETE ON incoming BEGIN
    UPDATE incoming_count SET total = total - 1, unread = unread - OLD.unread
        WHERE organ = OLD.organ AND state = OLD.state;
END;
CREATE TRIGGER incoming_changed AFTER UPDATE OF state, unread ON incoming BEGIN
    UPDATE incoming_count SET total = total - 1, unread = unread - OLD.unread
        WHERE organ = OLD.organ AND state = OLD.state;
    INSERT INTO incoming_count (organ, state, total, unread)
        VALUES (NEW.organ, NEW.state, 1, NEW.unread)
        ON CONFLICT DO UPDATE SET total = total + 1, unread = unread + NEW.unread;
END;
CREATE TABLE incoming_attachment (
    incoming INTEGER NOT NULL REFERENCES incoming (id),
    ordinal INTEGER NOT NULL,
    organ TEXT NOT NULL,
    -- as the sender named it: for showing, never a path
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    description TEXT NOT NULL,
    -- the document itself; the others are appendices
    main INTEGER NOT NULL CHECK (main IN (0, 1)),
    size INTEGER NOT NULL,
    blob TEXT NOT NULL CHECK (length(blob) = 64),
    PRIMARY KEY (incoming, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX incoming_attachment_blob ON incoming_attachment (blob);
CREATE TABLE incoming_reference (
    incoming INTEGER NOT NULL REFERENCES incoming (id),
    ordinal INTEGER NOT NULL,
    organ TEXT NOT NULL,
    -- 'responds' (ResponseFor) or 'concerns' (the documents of an update or a replacement)
    relation TEXT NOT NULL CHECK (relation IN ('responds', 'concerns')),
    document_id TEXT NOT NULL,
    PRIMARY KEY (incoming, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX incoming_reference_document ON incoming_reference (document_id);
CREATE VIRTUAL TABLE incoming_search USING fts5 (
    words, content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3'
);
CREATE TABLE outgoing (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    -- the same at the clerk's and at the leader's desk: a UUID, in the hand-over package
    key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('draft', 'prepared', 'handed_over', 'returned', 'signed',
        'numbered', 'sealed', 'waiting_send', 'sent')),
    place TEXT NOT NULL,
    kind_number INTEGER NOT NULL,
    kind_name TEXT NOT NULL,
    -- the notation of its number to come: UBND-VP
    notation TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT NOT NULL,
    signatory_competence TEXT NOT NULL,
    signatory_position TEXT NOT NULL,
    signatory_name TEXT NOT NULL,
    due_on TEXT,
    urgency INTEGER NOT NULL,
    sphere TEXT NOT NULL,
    typist TEXT NOT NULL,
    copies INTEGER,
    pages INTEGER,
    -- titles, one a line
    appendices TEXT NOT NULL,
    -- Nơi nhận as printed, one a line
    to_places TEXT NOT NULL,
    steering INTEGER NOT NULL,
    paper INTEGER NOT NULL CHECK (paper IN (0, 1)),
    staff_department TEXT NOT NULL,
    staff_name TEXT NOT NULL,
    staff_email TEXT NOT NULL,
    staff_mobile TEXT NOT NULL,
    -- from numbering on
    number INTEGER,
    issued_on TEXT,
    -- from sealing on: an identifier on the axis has the number in it
    document_id TEXT,
    -- why the leader gave it back
    reason TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outgoing_folder ON outgoing (organ, state, id);
CREATE UNIQUE INDEX outgoing_document ON outgoing (organ, document_id)
    WHERE document_id IS NOT NULL;
CREATE TABLE outgoing_recipient (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    ordinal INTEGER NOT NULL,
    organ TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    PRIMARY KEY (outgoing, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE outgoing_reference (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    ordinal INTEGER NOT NULL,
    organ TEXT NOT NULL,
    -- the document that it answers (ResponseFor), and its row where it came to this profile
    ref_organ TEXT NOT NULL,
    ref_number TEXT NOT NULL,
    ref_notation TEXT NOT NULL,
    ref_document_id TEXT NOT NULL,
    ref_date TEXT,
    incoming INTEGER REFERENCES incoming (id),
    PRIMARY KEY (outgoing, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_reference_incoming ON outgoing_reference (incoming)
    WHERE incoming IS NOT NULL;
CREATE TABLE outgoing_attachment (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    ordinal INTEGER NOT NULL,
    organ TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    description TEXT NOT NULL,
    -- always 0: the document itself is its last revision
    main INTEGER NOT NULL DEFAULT 0 CHECK (main = 0),
    size INTEGER NOT NULL,
    blob TEXT NOT NULL CHECK (length(blob) = 64),
    PRIMARY KEY (outgoing, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_attachment_blob ON outgoing_attachment (blob);
CREATE TABLE revision (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    ordinal INTEGER NOT NULL,
    organ TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('draft', 'prepared', 'initialled', 'signed', 'sealed')),
    -- SHA-256 of the whole PDF as it stood after this step
    blob TEXT NOT NULL CHECK (length(blob) = 64),
    size INTEGER NOT NULL,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    PRIMARY KEY (outgoing, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_blob ON revision (blob);
CREATE VIRTUAL TABLE outgoing_search USING fts5 (
    words, content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3'
);
CREATE TABLE timeline (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    -- exactly one of the two
    incoming INTEGER REFERENCES incoming (id),
    outgoing INTEGER REFERENCES outgoing (id),
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    -- a word: arrived, duplicate, registered, assigned, signed, status_06, ...
    what TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    CHECK ((incoming IS NULL) <> (outgoing IS NULL))
) STRICT;
CREATE INDEX timeline_incoming ON timeline (incoming, id) WHERE incoming IS NOT NULL;
CREATE INDEX timeline_outgoing ON timeline (outgoing, id) WHERE outgoing IS NOT NULL;
CREATE TABLE send (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    -- the document of ours that the package carries
    outgoing INTEGER REFERENCES outgoing (id),
    -- BussinessDocType of that package
    operation INTEGER,
    -- or the document that a status package is about, and the status
    incoming INTEGER REFERENCES incoming (id),
    status_code TEXT,
    -- the package's bytes as they leave
    package_blob TEXT NOT NULL CHECK (length(package_blob) = 64),
    -- transport only: what the receiver does with it is in status_received
    state TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'sending', 'sent', 'unclear', 'failed')),
    -- counted before a try
    tries INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER NOT NULL,
    last_try_at INTEGER,
    -- the axis's key of it, once the axis has told
    axis_id TEXT,
    -- why it waits again, is unclear or failed
    reason TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    CHECK ((outgoing IS NULL) = (operation IS NULL)),
    CHECK ((incoming IS NULL) = (status_code IS NULL)),
    CHECK ((outgoing IS NULL) <> (incoming IS NULL))
) STRICT;
CREATE INDEX send_due ON send (state, next_try_at) WHERE state <> 'sent';
CREATE INDEX send_outgoing ON send (outgoing, id) WHERE outgoing IS NOT NULL;
CREATE INDEX send_package ON send (package_blob);
-- each status is told once; answers to a recall or an update (15, 16) as often as they are asked
CREATE UNIQUE INDEX send_status ON send (incoming, status_code)
    WHERE status_code NOT IN ('15', '16');
CREATE INDEX send_incoming ON send (incoming) WHERE incoming IS NOT NULL;
CREATE TABLE delivery (
    send INTEGER NOT NULL REFERENCES send (id),
    organ TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'on_axis', 'fetched', 'failed')),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (send, recipient_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE status_received (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    -- the message; one status each
    raw INTEGER NOT NULL UNIQUE REFERENCES raw_message (id),
    -- DocumentId of the document it is about, and that document where we know it
    document_id TEXT NOT NULL,
    outgoing INTEGER REFERENCES outgoing (id),
    from_id TEXT NOT NULL,
    from_name TEXT NOT NULL,
    -- as it came: codes that nobody knows are shown, and move nothing
    digits TEXT NOT NULL,
    description TEXT NOT NULL,
    staff_name TEXT NOT NULL,
    -- as the sender says; NULL where it says nothing readable
    at INTEGER,
    received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX status_received_outgoing ON status_received (outgoing, id)
    WHERE outgoing IS NOT NULL;
CREATE INDEX status_received_document ON status_received (document_id);
CREATE TABLE number (
    organ TEXT NOT NULL,
    year INTEGER NOT NULL,
    -- 'di' outgoing, 'den' arrivals, or a series of the office's own
    series TEXT NOT NULL,
    -- consecutive from 1 on 1 January (Decree 30 art. 15)
    number INTEGER NOT NULL CHECK (number > 0),
    state TEXT NOT NULL CHECK (state IN ('reserved', 'used', 'void')),
    -- what an outgoing number is for: SHA-256 of the leader-signed file
    file_sha256 TEXT CHECK (length(file_sha256) = 64),
    outgoing INTEGER REFERENCES outgoing (id),
    -- what an arrival number is for
    incoming INTEGER REFERENCES incoming (id),
    -- the day of numbering in Vietnam, which the document bears
    dated TEXT NOT NULL,
    -- why it is void
    reason TEXT NOT NULL DEFAULT '',
    taken_at INTEGER NOT NULL,
    settled_at INTEGER,
    PRIMARY KEY (organ, year, series, number),
    CHECK ((file_sha256 IS NULL) <> (incoming IS NULL)),
    CHECK (state <> 'void' OR reason <> '')
) STRICT, WITHOUT ROWID;
-- one file has one number, whatever was tried and failed between
CREATE UNIQUE INDEX number_file ON number (organ, file_sha256)
    WHERE file_sha256 IS NOT NULL AND state <> 'void';
CREATE UNIQUE INDEX number_incoming ON number (incoming) WHERE incoming IS NOT NULL;
CREATE INDEX number_outgoing ON number (outgoing) WHERE outgoing IS NOT NULL;
CREATE TABLE outgoing_book (
    organ TEXT NOT NULL,
    year INTEGER NOT NULL,
    series TEXT NOT NULL,
    number INTEGER NOT NULL,
    -- NULL: the number was given up, and the note says why
    outgoing INTEGER REFERENCES outgoing (id),
    -- the ten columns of Sổ đăng ký văn bản đi, in their order
    code TEXT NOT NULL,
    date TEXT NOT NULL,
    subject TEXT NOT NULL,
    signatory TEXT NOT NULL,
    recipients TEXT NOT NULL,
    archive TEXT NOT NULL,
    copies TEXT NOT NULL,
    sent_on TEXT,
    receipt TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (organ, year, series, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_book_document ON outgoing_book (outgoing) WHERE outgoing IS NOT NULL;
CREATE TABLE incoming_book (
    organ TEXT NOT NULL,
    year INTEGER NOT NULL,
    series TEXT NOT NULL,
    -- the ten columns of Sổ đăng ký văn bản đến; số đến is the key
    number INTEGER NOT NULL,
    arrived_on TEXT NOT NULL,
    author TEXT NOT NULL,
    code TEXT NOT NULL,
    date TEXT,
    subject TEXT NOT NULL,
    assignee TEXT NOT NULL,
    passed_on TEXT,
    receipt TEXT NOT NULL,
    note TEXT NOT NULL,
    incoming INTEGER NOT NULL UNIQUE REFERENCES incoming (id),
    PRIMARY KEY (organ, year, series, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE signatory (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    full_name TEXT NOT NULL,
    position TEXT NOT NULL,
    -- Quyền hạn: TM., KT., TL., TUQ. (Decree 30 art. 13)
    competence TEXT NOT NULL,
    -- 'person' signs, 'organ' seals: neither certificate does the other's work
    role TEXT NOT NULL CHECK (role IN ('person', 'organ')),
    certificate_sha256 TEXT NOT NULL CHECK (length(certificate_sha256) = 64),
    -- in hex, as the certificate has it
    certificate_serial TEXT NOT NULL,
    common_name TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    -- NULL: until further notice
    valid_to TEXT,
    UNIQUE (organ, certificate_sha256)
) STRICT;
CREATE TABLE directory (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- '' : the axis has one directory for everybody
    organ TEXT NOT NULL DEFAULT '',
    -- OrganId of the unit
    code TEXT NOT NULL UNIQUE,
    -- the code it had before Decision 20/2020
    old_code TEXT,
    name TEXT NOT NULL,
    -- the unit above it
    parent_code TEXT,
    email TEXT NOT NULL,
    -- 0: closed; it stays, so that old documents still have their sender's name
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    -- the axis's version of this line, for asking for changes only
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX directory_old_code ON directory (old_code) WHERE old_code IS NOT NULL;
CREATE INDEX directory_version ON directory (version);
CREATE VIRTUAL TABLE directory_search USING fts5 (
    words, content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3'
);
CREATE TABLE handover (
    organ TEXT NOT NULL,
    -- the package's own name, made of what its facts say
    package TEXT NOT NULL,
    -- 'out': made here, 'in': taken in here
    direction TEXT NOT NULL CHECK (direction IN ('out', 'in')),
    -- SHA-256 of the PDF in it
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    -- open: made, or waiting at this desk. answered: signed or given back. refused: not believed
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'refused')),
    outgoing INTEGER REFERENCES outgoing (id),
    -- why it was refused
    reason TEXT NOT NULL DEFAULT '',
    seen_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (package, direction)
) STRICT, WITHOUT ROWID;
CREATE INDEX handover_outgoing ON handover (outgoing) WHERE outgoing IS NOT NULL;
CREATE TABLE change_request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    -- the package or the status 13 that asks
    raw INTEGER NOT NULL UNIQUE REFERENCES raw_message (id),
    -- BussinessDocType: 1 recall, 2 update, 3 replace; a status 13 is a recall
    operation INTEGER NOT NULL CHECK (operation BETWEEN 1 AND 3),
    -- the package as a document; NULL: a status 13
    package INTEGER REFERENCES incoming (id),
    from_id TEXT NOT NULL,
    from_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    -- NULL: it waits for the clerk
    decision TEXT CHECK (decision IN ('agreed', 'refused')),
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at INTEGER,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX change_request_open ON change_request (organ, id) WHERE decision IS NULL;
CREATE INDEX change_request_package ON change_request (package) WHERE package IS NOT NULL;
CREATE TABLE change_target (
    request INTEGER NOT NULL REFERENCES change_request (id),
    organ TEXT NOT NULL,
    -- DocumentId of what is to be changed, as the sender wrote it
    document_id TEXT NOT NULL,
    -- that document, once it is here and only where its sender is who asks
    target INTEGER REFERENCES incoming (id),
    PRIMARY KEY (request, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_target_document ON change_target (target) WHERE target IS NOT NULL;
CREATE INDEX change_target_unknown ON change_target (organ, document_id) WHERE target IS NULL;
-- the document that a duplicate has something in common with, and what: 'id' or 'code'
ALTER TABLE raw_message ADD COLUMN duplicate_of INTEGER REFERENCES incoming (id);
ALTER TABLE raw_message ADD COLUMN duplicate_by TEXT CHECK (duplicate_by IN ('id', 'code'));
-- a person has seen a duplicate and lets it be
ALTER TABLE raw_message ADD COLUMN seen INTEGER NOT NULL DEFAULT 0 CHECK (seen IN (0, 1));
-- how often the axis refused our acknowledgement, why, and before when it is not asked again
ALTER TABLE raw_message ADD COLUMN ack_refused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE raw_message ADD COLUMN ack_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE raw_message ADD COLUMN ack_after INTEGER NOT NULL DEFAULT 0;
CREATE INDEX raw_message_duplicate ON raw_message (organ, id)
    WHERE duplicate_by = 'code' AND seen = 0;
CREATE INDEX raw_message_refused ON raw_message (organ, id) WHERE ack_refused > 0;
-- packages that the axis lists and could not give
CREATE TABLE fetch_trouble (
    organ TEXT NOT NULL,
    axis_id TEXT NOT NULL,
    tries INTEGER NOT NULL,
    reason TEXT NOT NULL,
    -- not asked for again before
    next_at INTEGER NOT NULL,
    PRIMARY KEY (organ, axis_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE search_word (
    -- '' : one list for all
    organ TEXT NOT NULL DEFAULT '',
    -- a folded word that some search table has, without digits, longer than FTS5's prefix indexes
    word TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE incoming_word USING fts5vocab (incoming_search, 'row');
CREATE VIRTUAL TABLE outgoing_word USING fts5vocab (outgoing_search, 'row');
CREATE VIRTUAL TABLE directory_word USING fts5vocab (directory_search, 'row');
INSERT OR IGNORE INTO search_word (word)
    SELECT term FROM incoming_word WHERE length(term) > 3 AND term NOT GLOB '*[0-9]*';
INSERT OR IGNORE INTO search_word (word)
    SELECT term FROM outgoing_word WHERE length(term) > 3 AND term NOT GLOB '*[0-9]*';
INSERT OR IGNORE INTO search_word (word)
    SELECT term FROM directory_word WHERE length(term) > 3 AND term NOT GLOB '*[0-9]*';
DROP TABLE incoming_word;
DROP TABLE outgoing_word;
DROP TABLE directory_word;
-- 1: taken back by a person before it left; it needs nobody any more
ALTER TABLE send ADD COLUMN taken_back INTEGER NOT NULL DEFAULT 0 CHECK (taken_back IN (0, 1));
-- which documents of ours a document of ours replaces (BussinessDocType 3)
CREATE TABLE outgoing_replaced (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    organ TEXT NOT NULL,
    replaced INTEGER NOT NULL REFERENCES outgoing (id),
    PRIMARY KEY (outgoing, replaced)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_replaced_by ON outgoing_replaced (replaced);
-- statuses of older programs name a document by number and date only
CREATE INDEX outgoing_code ON outgoing (organ, number) WHERE number IS NOT NULL;
CREATE INDEX send_sent ON send (organ, sent_at) WHERE state = 'sent' AND outgoing IS NOT NULL;
CREATE INDEX send_failed_status ON send (organ, id)
    WHERE state = 'failed' AND incoming IS NOT NULL;
-- which layout its paper has, by key; '' is the usual one
ALTER TABLE outgoing ADD COLUMN layout TEXT NOT NULL DEFAULT '';
-- between number and notation
ALTER TABLE outgoing ADD COLUMN joint TEXT NOT NULL DEFAULT '/' CHECK (length(joint) = 1);
-- NULL: a document, not a copy of one
ALTER TABLE outgoing ADD COLUMN copy TEXT CHECK (copy IN ('sao_y', 'sao_luc', 'trich_sao'));
-- the few of a folder that are urgent, or have a due date, are found without the many that are not
CREATE INDEX incoming_urgent ON incoming (organ, state, arrived_at, id) WHERE urgency > 0;
CREATE INDEX incoming_dated ON incoming (organ, state, arrived_at, id) WHERE due_on IS NOT NULL;