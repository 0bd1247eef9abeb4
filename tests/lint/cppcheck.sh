#!/bin/sh
# cppcheck, which looks for other things than clang-tidy. Its notes about what it did not look at are left out.
cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c17 --enable=warning,portability,performance \
    --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -j "$(nproc)" \
    -Iinclude -Ihandlers --template='{file}:{line}: {message} [{id}]' $(find bot handlers -name '*.c')
