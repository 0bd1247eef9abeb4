#!/bin/sh
# The look of the code is .clang-format's business; `make format` brings it about.
find bot handlers include tests -name '*.[ch]' 2>/dev/null | xargs -r clang-format --dry-run --Werror
