"""What the end-to-end tests are built from: servers, clients, an SMSC, wires that remember."""
