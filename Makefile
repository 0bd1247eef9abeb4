# learnd. The two to know are `make run` and `make test`. Besides them: build, lint, tsan, fuzz, bench, cover and interop prove
# other things; install, man and image deliver; format and clean tidy up.
#
# How it is laid out: every .c file under bot/ and handlers/ becomes one object, all objects one program. The same program is
# built in several flavours (release, san, tsan, cover, fuzz), each in its own folder under build/, and that is all there is.

MAKEFLAGS += -r -j$(shell nproc)
SHELL = /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:

SOURCES := $(shell find bot handlers -name '*.c' | sort)
SCHEMA  := $(sort $(wildcard bot/store/schema/*.sql handlers/schema/*.sql))
OBJECTS := $(SOURCES:.c=.o) build/gen/schema.o # one of each flavour, under build/FLAVOUR/

# ---- Flags --------------------------------------------------------------------------------------------------------------

WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wswitch-enum -Wno-missing-field-initializers
# -ffp-contract=off: the same input gives the same score on every machine. -ffile-prefix-map: and the same binary in every folder.
CFLAGS   = -std=gnu17 -g -pthread $(WARNINGS) -ffp-contract=off -ffile-prefix-map=$(CURDIR)=. -Iinclude -Ihandlers
LIBS     = -lwebsockets -luv -lsqlite3 -ljansson -lpcre2-8 -lcmark -lical -lyaml -lcsv -lutf8proc -lcrypto -lm

CC = gcc
build/release/%: FLAVOUR = -O2 -Werror -fPIE -pie -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -Wl,-z,relro,-z,now
# No -Werror where gcc 12 instruments: its UBSan makes it see NULL formats that are not there.
build/san/%:     FLAVOUR = -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
build/tsan/%:    FLAVOUR = -O1 -fno-omit-frame-pointer -fsanitize=thread
build/cover/%:   FLAVOUR = -O0 --coverage
build/fuzz/%:    FLAVOUR = -O1 -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -Wno-unknown-warning-option
build/fuzz/%:    CC = clang
build/fuzz/tests/%: LIBS += -fsanitize=fuzzer

# ---- Build --------------------------------------------------------------------------------------------------------------
# What is said while building goes to stderr: the stdout of `make run` belongs to the conversation.

build: build/learnd

build/learnd: build/release/learnd
	@ln -sf release/learnd $@

compile = echo '  CC $(word 2,$(subst /, ,$@)) $<' >&2; mkdir -p $(@D); $(CC) $(CFLAGS) $(FLAVOUR) -MMD -MP -c -o $@ $<
link    = echo '  LINK $@' >&2; $(CC) $(CFLAGS) $(FLAVOUR) -o $@ $(filter-out %.a,$^) $(filter %.a,$^) $(LIBS)

define flavour
build/$1/%.o: %.c Makefile | packages-build
	@$$(compile)
build/$1/tests/%.o: tests/%.c Makefile | packages-test
	@$$(compile)
build/$1/learnd: $(OBJECTS:%=build/$1/%)
	@$$(link)
build/$1/learnd.a: $(patsubst %,build/$1/%,$(filter-out bot/main.o,$(OBJECTS)))
	@rm -f $$@; ar rcT $$@ $$^
build/$1/tests/%: build/$1/tests/%.o build/$1/learnd.a
	@$$(link) -lcmocka
endef
flavours = release san tsan cover fuzz
$(foreach f,$(flavours),$(eval $(call flavour,$f)))

# What these programs of tests/faults share: a world of platforms, conversations, and SQLite that fails when told to.
# What only the quarter needs is called quarter_*.
worldly = $(patsubst %.c,build/$1/%,$(wildcard tests/faults/failing_*.c tests/faults/simulator.c tests/faults/quarter.c))
quarter = $(patsubst %.c,build/$1/%.o,$(wildcard tests/faults/world/quarter_*.c))
world   = $(filter-out $(call quarter,$1),$(patsubst %.c,build/$1/%.o,$(wildcard tests/faults/world/*.c)))
wrapped = $(addprefix sqlite3_,step exec open_v2 prepare_v2 prepare_v3 bind_int64 bind_text bind_null bind_double) \
          rename link unlink fsync
comma   = ,
$(foreach f,release san cover,$(eval $(call worldly,$f): $(call world,$f)))
$(foreach f,release san cover,$(eval build/$f/tests/faults/quarter: $(call quarter,$f)))
$(foreach f,release san cover,$(call worldly,$f)): LIBS += $(wrapped:%=-Wl$(comma)--wrap=%)
-include $(shell find $(flavours:%=build/%) -name '*.d' 2>/dev/null)

# The folders are prerequisites too: their time changes when a schema file goes away.
build/gen/schema.c: bot/store/embed.sh $(SCHEMA) $(wildcard bot/store/schema handlers/schema)
	@mkdir -p $(@D); sh bot/store/embed.sh $(SCHEMA) > $@

packages-build:
	@sh .ci/packages.sh run build
packages-test packages-check: packages-build
	@sh .ci/packages.sh $(@:packages-%=%)

# ---- Run ----------------------------------------------------------------------------------------------------------------

export LEARND_DATABASE ?= var/learnd.db

run: build
	@mkdir -p var; exec build/learnd chat

# ---- Prove --------------------------------------------------------------------------------------------------------------
# Test programs stand in folders: tests/unit, faults, fuzz, bench. Each .c file there is a program of its own, linked with all
# of learnd but main(). tests/run.sh runs them and sums up.

programs = $(patsubst %.c,build/$1/%,$(wildcard $(2:%=tests/%/*.c)))

test: packages-test build/san/learnd $(call programs,san,unit faults)
	@bash tests/run.sh san index unit scenarios faults

# Threads meet in unit tests (queues, the loop, whole programs); a conversation is played by one thread.
tsan: build/tsan/learnd $(call programs,tsan,unit)
	@bash tests/run.sh tsan unit

bench: build/release/learnd $(call programs,release,bench)
	@bash tests/run.sh release bench

FUZZ_SECONDS ?= 10# for each of them
fuzz: $(call programs,fuzz,fuzz)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) bash tests/run.sh fuzz fuzz

# The conversations of tests/scenarios alone first; then all the rest on top of them. Nothing is left out of the count.
GCOVR = gcovr --root . --filter bot/ --filter handlers/ --object-directory build/cover --print-summary
cover: build/cover/learnd $(call programs,cover,unit faults)
	@find build/cover -name '*.gcda' -delete
	@bash tests/run.sh cover scenarios && $(GCOVR) --fail-under-line 70 --output build/cover/conversations.txt
	@FAULTS_STRIDE=5 bash tests/run.sh cover unit faults && $(GCOVR) --fail-under-line 85 --output build/cover/lines.txt

lint: build/release/learnd packages-check
	@LINT_CFLAGS='$(CFLAGS)' bash tests/run.sh release lint

format:
	@find bot handlers include tests -name '*.[ch]' | xargs clang-format -i

interop: build/release/learnd packages-check
	@tests/interop/run build/release/learnd

# ---- Deliver ------------------------------------------------------------------------------------------------------------

PREFIX ?= /usr/local
install: build/learnd
	@install -D build/learnd $(DESTDIR)$(PREFIX)/bin/learnd
	@install -D -m 644 config/learnd.1 $(DESTDIR)$(PREFIX)/share/man/man1/learnd.1
	@install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	@sed 's,/usr/local,$(PREFIX),' config/learnd.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/learnd.service

# The man page is written from the same rows as help; lint sees to it that it is up to date.
man: build/learnd
	@build/learnd help man > config/learnd.1

BASE ?= docker.io/library/debian:12-slim
image: packages-check
	@buildah build --isolation chroot --format docker --build-arg BASE=$(BASE) --tag learnd .

clean:
	@rm -rf build

.SECONDARY:
.PHONY: build run test tsan bench fuzz cover lint format interop install man image clean
.PHONY: packages-build packages-test packages-check
