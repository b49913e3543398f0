"""The server's side: a bare repository as hub, and the gate that judges every push."""
