-- What an office had written by then, with the names of four blobs in the place of :package, :file, :status and :signed.
INSERT INTO setting (organ, key, value) VALUES ('', 'kept', 'by version 21');
INSERT INTO raw_message (id, organ, axis_id, message_type, blob, state, received_at)
    SELECT value, 'H99.15', 'old-' || value, 'edoc', :package, 'admitted', 5000
    FROM json_each('[1, 2, 3]');
INSERT INTO incoming (id, organ, raw, document_id, operation, from_id, from_name, code_number,
        code_notation, issued_on, place, kind_name, subject, signatory_competence,
        signatory_position, signatory_name, urgency, sphere, paper, steering, reason, state,
        arrived_at, verdict, report, checks)
    SELECT id, organ, id, printf('H99.02,2026/01/05,%d/SNV-VP', id), 0, 'H99.02', 'Sở Nội vụ', id,
        'SNV-VP', '2026-01-05', 'Mẫu Sơn', 'Công văn', 'V/v lưu trữ', '', '', '', 1, '', 0, 0, '',
        '01', 5000, 'valid', printf('{"report": %d, "words": "%s"}', id, hex(zeroblob(3000))),
        printf('{"checks": %d}', id)
    FROM raw_message;
INSERT INTO incoming_attachment (incoming, ordinal, organ, name, media_type, description, main, size, blob)
    SELECT id, 1, organ, 'cong-van.pdf', 'application/pdf', '', 1, 4, :file FROM incoming;
INSERT INTO timeline (organ, incoming, at, who, what) SELECT organ, id, 5000, '', 'arrived' FROM incoming;
INSERT INTO send (organ, incoming, status_code, package_blob, next_try_at, created_at)
    SELECT organ, id, '01', :status, 5000, 5000 FROM incoming;
INSERT INTO outgoing (organ, key, state, place, kind_number, kind_name, notation, subject, content,
        signatory_competence, signatory_position, signatory_name, urgency, sphere, typist,
        appendices, to_places, steering, paper, staff_department, staff_name, staff_email,
        staff_mobile, created_at, changed_at)
    SELECT 'H99.15', value, iif(value = 'c', 'waiting_send', 'signed'), '', 0, '', '', '', '', '', '',
        '', iif(value = 'c', 3, 0), '', '', '', '', 0, 0, '', '', '', '', 0, 0
    FROM json_each('["a", "b", "c"]');
INSERT INTO revision SELECT id, 1, organ, 'signed', :signed, 6, 0, '' FROM outgoing;
INSERT INTO handover (organ, package, direction, sha256, state, outgoing, seen_at, changed_at)
    SELECT organ, key, 'out', :signed, 'answered', id, 0, 0 FROM outgoing WHERE key = 'a';
INSERT INTO number (organ, year, series, number, state, file_sha256, outgoing, dated, taken_at, settled_at)
    SELECT organ, 2026, 'di', 1, 'used', :signed, id, '2026-01-06', 6000, 6000
    FROM outgoing WHERE key = 'c';
INSERT INTO send (organ, outgoing, operation, package_blob, tries, next_try_at, created_at)
    SELECT organ, id, 0, :package, 2, 0, 7000 FROM outgoing WHERE key = 'c';
