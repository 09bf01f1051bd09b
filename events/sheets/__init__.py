"""Tables as files, CSV and XLSX: read from what people have, written so that Excel opens them right. Knows nothing of events."""
