"""Load with acknowledgements while one trouble after another befalls the server, and the books compared after each."""
