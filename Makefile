# SPDX-License-Identifier: MIT
#
# Ringlet is built by this one file. `make help` lists what it can do.
#
# Sources are found by folder, so a new file never means an edit here:
#
#   hypervisor/*/*.[cS]      64-bit, no SSE, no libc     -> $(BUILD)/ringlet (and ringlet.elf, with symbols)
#   guestkit/**.[cS]         32-bit, no libc             -> $(BUILD)/guestkit/libguestkit.a
#   guestkit/libc/*.[cS]     32-bit, over newlib         -> $(BUILD)/guestkit/libguestkit-libc.a
#   pv-drivers/*/*.[cS]      32-bit, no libc             -> $(BUILD)/pv-drivers/libpv-drivers.a
#   demo-guest/*.[cS]        32-bit, over newlib         -> $(BUILD)/demo-guest/kernel
#   root-domain/**.[cS]      32-bit, over newlib         -> $(BUILD)/root-domain/kernel
#   driver-domains/NAME/*.[cS]  32-bit, no libc          -> $(BUILD)/driver-domains/NAME/kernel
#   tests/guest/NAME/*.[cS]  32-bit, no libc             -> $(BUILD)/tests/guest/NAME/kernel
#
# Settings that are yours alone can live in local.mk, which git ignores.

-include local.mk

BUILD  ?= build
NEWLIB ?= $(BUILD)/newlib
FILES  ?= docs
CMD    ?=
MEM    ?= 512
CPU    ?= qemu64
ACCEL  ?= tcg
QEMU   ?= qemu-system-x86_64
PYTHON ?= /usr/bin/python3

ifeq ($(origin CC),default)
CC := clang
endif
ifneq ($(findstring gcc,$(notdir $(firstword $(CC)))),)
COMPILER := gcc
else
COMPILER := clang
endif

MAKEFLAGS += --no-builtin-rules
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif
.DELETE_ON_ERROR:
.SUFFIXES:

# V=1 shows the commands.
ifeq ($(V),1)
say = @:
Q   =
else
say = @printf '  %-5s %s\n'
Q   = @
endif

# ---- flags --------------------------------------------------------------------------------------------

WARN := -Wall -Wextra -Werror -Wshadow -Wundef -Wvla -Wstrict-prototypes -Wmissing-prototypes \
        -Wpointer-arith -Wwrite-strings -Wimplicit-fallthrough -Wno-unused-parameter

COMMON = -std=gnu11 -O2 -g -ffreestanding -fno-stack-protector -fno-strict-aliasing -fno-common \
          -fcf-protection=none -fno-asynchronous-unwind-tables -ffile-prefix-map=$(CURDIR)/= \
          -MMD -MP $(WARN)

# Ring 0's stack is aligned to 8 bytes at its entries (HV_STACK): nothing there needs more, and no entry has to see to it.
# Only the compiler's own headers (stdint.h, stddef.h, ...) are in reach of freestanding code.
# With clang ring 0 is optimized as one program: small functions of different files become one short path.
ifeq ($(COMPILER),clang)
HV_LTO      := -flto
HV_LTO_LINK := --lto-O2 -mllvm -relocation-model=pic -mllvm -align-loops=1
HV_STACK    := -mstack-alignment=8
TARGET64 := --target=x86_64-unknown-none-elf
TARGET32 := --target=i686-unknown-none-elf
NOLIBC    = -nostdlibinc
RUNTIME32 = $(shell $(CC) --target=i386-unknown-linux-gnu --rtlib=compiler-rt -print-libgcc-file-name)
else
HV_STACK := -mpreferred-stack-boundary=3
TARGET64 := -m64
TARGET32 := -m32
NOLIBC    = -nostdinc -isystem $(shell $(CC) -print-file-name=include)
RUNTIME32 = $(shell $(CC) -m32 -print-libgcc-file-name)
# gcc cannot know that a refusal is never 0, and so sees paths that are not there; clang's own check stays on.
WARN     += -Wno-maybe-uninitialized
endif

HV_FLAGS = $(TARGET64) $(COMMON) $(NOLIBC) $(HV_LTO) -fpie -include hypervisor/core/hidden.h -mgeneral-regs-only -mno-red-zone $(HV_STACK) -fomit-frame-pointer \
           -I. -Ihypervisor -I$(BUILD)/hypervisor $(HV_EXTRA)

GUEST_FLAGS      = $(TARGET32) $(COMMON) -march=i686 -mno-sse -fno-pic -ffunction-sections -fdata-sections \
                   -I. -Iguestkit/include -Ipv-drivers/include
GUEST_FLAGS_BARE = $(GUEST_FLAGS) $(NOLIBC)
GUEST_FLAGS_LIBC = $(GUEST_FLAGS) $(NOLIBC) -fhosted -isystem $(NEWLIB)/i686-elf/include

HV_LINK    = ld.lld -m elf_x86_64 -static --no-pie $(HV_LTO_LINK) -z max-page-size=4096 -z noexecstack --build-id=none
GUEST_LINK = ld.lld -m elf_i386 -static -z max-page-size=4096 -z noexecstack --build-id=none --gc-sections

# ---- what there is ------------------------------------------------------------------------------------

HV_OFFSETS := $(wildcard hypervisor/machine/asm_offsets.c)
HV_SRC     := $(filter-out $(HV_OFFSETS),$(wildcard hypervisor/*.[cS] hypervisor/*/*.[cS]))
HV_SCRIPT  := hypervisor/machine/ringlet.ld
HV_OBJ     := $(HV_SRC:%=$(BUILD)/%.o)

KIT_SRC    := $(filter-out guestkit/libc/% guestkit/lwip/%,$(wildcard guestkit/*.[cS] guestkit/*/*.[cS]))
LIBC_SRC   := $(wildcard guestkit/libc/*.[cS])
PV_SRC     := $(wildcard pv-drivers/*/*.[cS])
DEMO_SRC   := $(wildcard demo-guest/*.[cS] demo-guest/*/*.[cS])
ROOT_SRC   := $(wildcard root-domain/*.[cS] root-domain/*/*.[cS])
# Ring 0's reader of kernels is plain C; the root domain builds domains with the very same files, compiled once more.
ROOT_SHARED := $(wildcard hypervisor/domain/elf_*.c) hypervisor/domain/inflate.c hypervisor/boot/initial_layout.c
ROOT_OBJ   := $(ROOT_SRC:%=$(BUILD)/%.o) $(ROOT_SHARED:%=$(BUILD)/root-domain/%.o)
KIT_SCRIPT := $(firstword $(wildcard guestkit/*.ld guestkit/*/*.ld))
KIT        := $(BUILD)/guestkit/libguestkit.a
KIT_LIBC   := $(BUILD)/guestkit/libguestkit-libc.a
PV         := $(BUILD)/pv-drivers/libpv-drivers.a
DEMO       := $(BUILD)/demo-guest/kernel
ROOT       := $(BUILD)/root-domain/kernel

# A folder with a main.c is a driver domain; the others are parts that all of them have.
DRIVERS        := $(patsubst driver-domains/%/main.c,%,$(wildcard driver-domains/*/main.c))
DRIVER_COMMON  := $(filter-out $(DRIVERS:%=driver-domains/%/%),$(wildcard driver-domains/*/*.[cS]))
DRIVER_KERNELS := $(DRIVERS:%=$(BUILD)/driver-domains/%/kernel)

TESTS      := $(sort $(patsubst tests/guest/%/main.c,%,$(wildcard tests/guest/*/main.c)))
TEST_KERNELS := $(TESTS:%=$(BUILD)/tests/guest/%/kernel)
TEST_COMMON  := $(wildcard tests/guest/common/*.[cS])

IMAGE   := $(if $(wildcard $(HV_SCRIPT)),$(BUILD)/ringlet)
GUESTS  := $(if $(KIT_SRC),$(KIT) $(TEST_KERNELS) $(if $(DEMO_SRC),$(DEMO)) $(ROOT) $(DRIVER_KERNELS))

.PHONY: all run run-domains test smoke storm fuzz bench debug lint format docs clean distclean help FORCE
all: $(IMAGE) $(GUESTS)

# ---- set-up -------------------------------------------------------------------------------------------

# Each stamp says that one group of tools was found (or installed). tools/setup holds the table.
$(BUILD)/have-%: tools/setup
	$(Q)mkdir -p $(BUILD)
	$(Q)tools/setup $*
	$(Q)touch $@

BUILD_TOOLS := $(BUILD)/have-$(COMPILER)

# A change of compiler or of settings rebuilds what depends on it.
$(BUILD)/compiler: FORCE | $(BUILD_TOOLS)
	$(Q)echo '$(CC) $(HV_EXTRA) $(NEWLIB)' | cmp -s - $@ || echo '$(CC) $(HV_EXTRA) $(NEWLIB)' > $@

ifeq ($(NEWLIB),$(BUILD)/newlib)
NEWLIB_READY := $(NEWLIB)/i686-elf/lib/libc.a
$(NEWLIB_READY): tools/build-newlib | $(BUILD_TOOLS) $(BUILD)/have-newlib
	$(Q)tools/build-newlib $(abspath $(NEWLIB)) '$(CC) $(TARGET32)'
endif

# Third-party sources come from Debian's archive, once, and are never kept in the tree: `fetched` lists what the build uses.
LLHTTP     := $(BUILD)/llhttp/usr/share
LLHTTP_SRC := $(addprefix $(LLHTTP)/llhttp/,api.c http.c llhttp.c)
$(LLHTTP_SRC) &: | tools/fetch
	$(Q)tools/fetch package node-llhttp $(BUILD)/llhttp

LWIP     := $(BUILD)/lwip/src
LWIP_SRC := $(addprefix $(LWIP)/core/,init.c def.c inet_chksum.c ip.c mem.c memp.c netif.c pbuf.c raw.c stats.c sys.c \
              tcp.c tcp_in.c tcp_out.c timeouts.c udp.c dns.c) \
            $(addprefix $(LWIP)/core/ipv4/,autoip.c dhcp.c etharp.c icmp.c igmp.c ip4.c ip4_addr.c ip4_frag.c) \
            $(LWIP)/netif/ethernet.c
$(LWIP_SRC) &: | tools/fetch
	$(Q)tools/fetch source lwip $(BUILD)/lwip

# A kernel of others' that the tests boot as a domain.
GRUB := $(BUILD)/grub-xen/usr/lib/grub-xen/grub-i386-xen.bin
$(GRUB): | tools/fetch
	$(Q)tools/fetch package grub-xen-host $(BUILD)/grub-xen

# ---- hypervisor ---------------------------------------------------------------------------------------

$(BUILD)/ringlet: $(BUILD)/ringlet.elf
	$(say) IMAGE $@
	$(Q)llvm-objcopy --strip-all -O elf32-i386 $< $@

$(BUILD)/ringlet.elf: $(HV_OBJ) $(HV_SCRIPT)
	$(say) LD $@
	$(Q)$(HV_LINK) -T $(HV_SCRIPT) -o $@ $(HV_OBJ)

# What runs once, or seldom, is made small.
$(BUILD)/hypervisor/boot/%.c.o $(BUILD)/hypervisor/control/%.c.o: HV_FLAGS += -Os

$(BUILD)/hypervisor/%.c.o: hypervisor/%.c $(BUILD)/compiler
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HV_FLAGS) -c -o $@ $<

$(BUILD)/hypervisor/%.S.o: hypervisor/%.S $(BUILD)/compiler
	$(say) AS $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HV_FLAGS) -D__ASSEMBLY__ -c -o $@ $<

# Offsets that assembly needs are computed by the compiler: asm_offsets.c holds `.ascii "->NAME value"` lines.
ifneq ($(HV_OFFSETS),)
$(HV_OBJ): | $(BUILD)/hypervisor/asm_offsets.h
$(BUILD)/hypervisor/asm_offsets.h: $(HV_OFFSETS) $(BUILD)/compiler
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HV_FLAGS) -fno-lto -g0 -MF $@.d -MT $@ -S -o $(@:.h=.s) $<
	$(Q){ echo '/* Generated from $<. */'; \
	  sed -n 's/.*->\([A-Za-z0-9_]*\) *[$$#]*\(-\{0,1\}[0-9]*\).*/#define \1 \2/p' $(@:.h=.s); } > $@
endif

# ---- guests -------------------------------------------------------------------------------------------

$(KIT): $(KIT_SRC:%=$(BUILD)/%.o)
$(KIT_LIBC): $(LIBC_SRC:%=$(BUILD)/%.o)
$(PV): $(PV_SRC:%=$(BUILD)/%.o)
$(KIT) $(KIT_LIBC) $(PV):
	$(say) AR $@
	$(Q)rm -f $@ && llvm-ar rcs $@ $^

$(BUILD)/guestkit/libc/%.o $(BUILD)/demo-guest/%.o: GUEST_CFLAGS = $(GUEST_FLAGS_LIBC)
LWIP_FLAGS := -isystem $(LWIP)/include -Iguestkit/lwip/include
$(BUILD)/guestkit/lwip/%.o: GUEST_CFLAGS = $(GUEST_FLAGS_LIBC) $(LWIP_FLAGS)
$(BUILD)/demo-guest/%.o: GUEST_CFLAGS += -isystem $(LLHTTP)/include/llhttp $(LWIP_FLAGS)
$(BUILD)/root-domain/%.o: GUEST_CFLAGS = $(GUEST_FLAGS_LIBC) -Ihypervisor -Iroot-domain
$(LIBC_SRC:%=$(BUILD)/%.o) $(DEMO_SRC:%=$(BUILD)/%.o) $(ROOT_OBJ): | $(NEWLIB_READY) $(LLHTTP_SRC) $(LWIP_SRC)
$(BUILD)/tests/guest/%.o: GUEST_CFLAGS = $(GUEST_FLAGS_BARE) -Itests/guest/common
$(BUILD)/driver-domains/%.o: GUEST_CFLAGS = $(GUEST_FLAGS_BARE) -Idriver-domains
GUEST_CFLAGS = $(GUEST_FLAGS_BARE)

define guest_rules
$(BUILD)/$(1)/%.c.o: $(1)/%.c $(BUILD)/compiler
	$$(say) CC $$<
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(GUEST_CFLAGS) -c -o $$@ $$<

$(BUILD)/$(1)/%.S.o: $(1)/%.S $(BUILD)/compiler
	$$(say) AS $$<
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(GUEST_CFLAGS) -D__ASSEMBLY__ -c -o $$@ $$<
endef
$(foreach folder,guestkit pv-drivers driver-domains demo-guest root-domain tests/guest tests/bench,$(eval $(call guest_rules,$(folder))))

# Others' code is built as it is, without our warnings.
LLHTTP_LIB := $(BUILD)/libllhttp.a
$(BUILD)/libllhttp/%.o: $(LLHTTP)/llhttp/% $(BUILD)/compiler | $(NEWLIB_READY)
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_FLAGS_LIBC) -w -I$(LLHTTP)/include/llhttp -c -o $@ $<
LWIP_LIB := $(BUILD)/liblwip.a
$(BUILD)/guestkit/lwip/port.c.o: | $(NEWLIB_READY) $(LWIP_SRC)
$(BUILD)/liblwip/%.o: $(LWIP)/% $(BUILD)/compiler guestkit/lwip/include/lwipopts.h | $(NEWLIB_READY)
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_FLAGS_LIBC) -w $(LWIP_FLAGS) -c -o $@ $<
$(LWIP_LIB): $(LWIP_SRC:$(LWIP)/%=$(BUILD)/liblwip/%.o) $(BUILD)/guestkit/lwip/port.c.o
	$(say) AR $@
	$(Q)rm -f $@ && llvm-ar rcs $@ $^
$(LLHTTP_LIB): $(LLHTTP_SRC:$(LLHTTP)/llhttp/%=$(BUILD)/libllhttp/%.o)
	$(say) AR $@
	$(Q)rm -f $@ && llvm-ar rcs $@ $^

$(DEMO): $(DEMO_SRC:%=$(BUILD)/%.o) $(LLHTTP_LIB) $(LWIP_LIB) $(KIT_LIBC) $(KIT) $(KIT_SCRIPT) $(NEWLIB_READY)
	$(say) LD $@
	$(Q)$(GUEST_LINK) -T $(KIT_SCRIPT) -o $@ $(filter %.o,$^) --start-group $(LLHTTP_LIB) $(LWIP_LIB) $(KIT_LIBC) \
	  -L$(NEWLIB)/i686-elf/lib -lc -lm $(KIT) $(RUNTIME32) --end-group

$(BUILD)/root-domain/hypervisor/%.c.o: hypervisor/%.c $(BUILD)/compiler
	$(say) CC '$< (for the root domain)'
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_CFLAGS) -c -o $@ $<

$(ROOT): $(ROOT_OBJ) $(KIT_LIBC) $(KIT) $(KIT_SCRIPT) $(NEWLIB_READY)
	$(say) LD $@
	$(Q)$(GUEST_LINK) -T $(KIT_SCRIPT) -o $@ $(filter %.o,$^) --start-group $(KIT_LIBC) \
	  -L$(NEWLIB)/i686-elf/lib -lc -lm $(KIT) $(RUNTIME32) --end-group

$(BUILD)/demo-guest/web/page_html.S.o $(BUILD)/unit/demo-guest/web/page_html.S.o: demo-guest/web/page.html

define driver_domain
$(BUILD)/driver-domains/$(1)/kernel: $$(patsubst %,$(BUILD)/%.o,$$(wildcard driver-domains/$(1)/*.[cS]) $(DRIVER_COMMON)) \
                                     $(PV) $(KIT) $(KIT_SCRIPT)
	$$(say) LD $$@
	$$(Q)$$(GUEST_LINK) -T $(KIT_SCRIPT) -o $$@ $$(filter %.o,$$^) $(PV) $(KIT) $$(RUNTIME32)
endef
$(foreach name,$(DRIVERS),$(eval $(call driver_domain,$(name))))

define guest_test
$(BUILD)/tests/guest/$(1)/kernel: $$(patsubst %,$(BUILD)/%.o,$$(wildcard tests/guest/$(1)/*.[cS]) $(TEST_COMMON)) \
                                  $(PV) $(KIT) $(KIT_SCRIPT)
	$$(say) LD $$@
	$$(Q)$$(GUEST_LINK) -T $(KIT_SCRIPT) -o $$@ $$(filter %.o,$$^) $(PV) $(KIT) $$(RUNTIME32)
endef
$(foreach name,$(TESTS),$(eval $(call guest_test,$(name))))

BENCH := $(BUILD)/tests/bench/kernel
$(BENCH): $(patsubst %,$(BUILD)/%.o,$(wildcard tests/bench/*.[cS]) tests/guest/common/child.c) $(KIT) $(KIT_SCRIPT)
	$(say) LD $@
	$(Q)$(GUEST_LINK) -T $(KIT_SCRIPT) -o $@ $(filter %.o,$^) $(KIT) $(RUNTIME32)

# ---- unit tests: the deciding files as host programs -------------------------------------------------

# Every hypervisor file outside machine/ is plain C. Here it is compiled for the host, with sanitizers and coverage;
# tests/unit/fake/ stands before hypervisor/ in the include path, so its machine/*.h are what the files see. Fuzzers are
# guided by them alone, not by the tests' own code.
UNIT_CC    := clang
UNIT_SAN   := -fsanitize=address,undefined
UNIT_FLAGS := -std=gnu11 -O1 -g -fno-omit-frame-pointer -fno-strict-aliasing -fno-sanitize-recover=all \
              $(UNIT_SAN) -fprofile-instr-generate -fcoverage-mapping -MMD -MP \
              $(WARN) -Itests/unit/fake -I. -Ihypervisor -Iguestkit/include -Ipv-drivers/include
UNIT_SRC   := $(filter-out hypervisor/machine/%,$(wildcard hypervisor/*/*.c)) \
              guestkit/archive.c demo-guest/sha256.c \
              $(wildcard root-domain/xenstore/*.c) root-domain/consoles/ring.c root-domain/consoles/history.c \
              root-domain/shell/line.c root-domain/shell/words.c root-domain/pci/device_parts.c \
              $(wildcard root-domain/config/*.c demo-guest/http/*.c demo-guest/kv/*.c) \
              $(wildcard demo-guest/web/*.[cS])
# OS-neutral by design: all but the glue of one system.
UNIT_SRC   += driver-domains/disk/share.c guestkit/xenstore_client.c $(filter-out pv-drivers/guestkit/%,$(wildcard pv-drivers/*/*.c))
# Linked before the library: their weak functions stand in for parts that a test does not pull in.
UNIT_FAKE  := $(patsubst %,$(BUILD)/unit/%.o,$(wildcard tests/unit/fake/*.c))
UNIT_LIB   := $(BUILD)/tests/unit/deciding.a
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))

.PHONY: unit
unit: $(UNIT_TESTS)

$(BUILD)/unit/%.S.o: %.S | $(BUILD)/have-test
	$(Q)mkdir -p $(@D)
	$(Q)$(UNIT_CC) -MMD -MP -c -o $@ $<

$(BUILD)/unit/%.c.o: %.c | $(BUILD)/have-test
	$(Q)mkdir -p $(@D)
	$(Q)$(UNIT_CC) $(UNIT_FLAGS) $(if $(filter tests/%,$<),,-fsanitize=fuzzer-no-link) -c -o $@ $<

$(BUILD)/unit/demo-guest/%.o: UNIT_FLAGS += -D_GNU_SOURCE -isystem $(LLHTTP)/include/llhttp $(LWIP_FLAGS)
$(BUILD)/unit/tests/unit/test_web.c.o: UNIT_FLAGS += $(LWIP_FLAGS)
$(BUILD)/unit/tests/unit/test_web.c.o: | $(LWIP_SRC)
$(patsubst %,$(BUILD)/unit/%.o,$(wildcard demo-guest/*/*.[cS])): | $(LLHTTP_SRC) $(LWIP_SRC)
UNIT_LLHTTP := $(LLHTTP_SRC:$(LLHTTP)/llhttp/%=$(BUILD)/unit/llhttp/%.o)
$(BUILD)/unit/llhttp/%.o: $(LLHTTP)/llhttp/% | $(BUILD)/have-test
	$(Q)mkdir -p $(@D)
	$(Q)$(UNIT_CC) -O1 -g -w -fsanitize=address,fuzzer-no-link -I$(LLHTTP)/include/llhttp -c -o $@ $<

UNIT_LWIP := $(LWIP_SRC:$(LWIP)/%=$(BUILD)/unit/lwip/%.o)
$(BUILD)/unit/lwip/%.o: $(LWIP)/% guestkit/lwip/include/lwipopts.h | $(BUILD)/have-test
	$(Q)mkdir -p $(@D)
	$(Q)$(UNIT_CC) -O1 -g -w -fsanitize=address,fuzzer-no-link $(LWIP_FLAGS) -c -o $@ $<

$(UNIT_LIB): $(UNIT_LWIP) $(UNIT_LLHTTP) $(UNIT_SRC:%=$(BUILD)/unit/%.o)
	$(say) AR $@
	$(Q)mkdir -p $(@D) && rm -f $@ && llvm-ar rcs $@ $^

$(UNIT_TESTS): $(BUILD)/tests/unit/%: $(BUILD)/unit/tests/unit/%.c.o $(UNIT_FAKE) $(UNIT_LIB)
	$(say) LD $@
	$(Q)$(UNIT_CC) $(UNIT_FLAGS) -o $@ $< $(UNIT_FAKE) $(UNIT_LIB) -lcmocka

# The fuzzers are linked from the same objects: fuzz_*.c are the entry points, other files there are shared by all.
FUZZERS     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SHARED := $(patsubst %,$(BUILD)/unit/%.o,$(filter-out tests/fuzz/fuzz_%,$(wildcard tests/fuzz/*.c)))
$(FUZZERS): $(BUILD)/tests/fuzz/%: $(BUILD)/unit/tests/fuzz/%.c.o $(FUZZ_SHARED) $(UNIT_FAKE) $(UNIT_LIB)
	$(say) LD $@
	$(Q)mkdir -p $(@D)
	$(Q)$(UNIT_CC) $(UNIT_SAN),fuzzer -fprofile-instr-generate -o $@ $^

# ---- running ------------------------------------------------------------------------------------------

export BUILD FILES CMD MEM CPU ACCEL QEMU CC NEWLIB PYTHON ICOUNT XEN_OPTIONS

run: $(IMAGE) $(DEMO) $(BUILD)/have-qemu
	@tools/run

run-domains: $(IMAGE) $(DEMO) $(ROOT) $(BUILD)/have-qemu
	@tools/run domains

debug: $(IMAGE) $(DEMO) $(BUILD)/have-qemu $(BUILD)/have-gdb
	@tools/run debug

smoke: all unit $(BUILD)/have-qemu
	@$(PYTHON) tests/smoke.py

test: all unit $(FUZZERS) $(BENCH) $(GRUB) $(BUILD)/have-qemu $(BUILD)/have-test
	@tests/run-all

# Random hypercalls for a while; SEED= repeats a storm that found something.
SECONDS ?= 60
storm: all $(BUILD)/have-qemu
	@LIMIT=$$(($(SECONDS) * 2 + 30)) $(PYTHON) tests/machine.py $(BUILD)/tests/guest/storm/kernel \
	  seconds=$(SECONDS) $(if $(SEED),seed=$(SEED))

# Each fuzzer for so long, or FUZZ=name alone; what they learn stays in $(BUILD)/tests/fuzz/corpus.
fuzz: $(FUZZERS) $(BUILD)/tests/guest/hello/kernel
	@$(PYTHON) tests/fuzz/run.py $(SECONDS) $(FUZZ)

bench: all $(BENCH) $(BUILD)/have-qemu
	@$(PYTHON) tests/bench/run.py

lint: $(BUILD)/have-lint $(if $(HV_OFFSETS),$(BUILD)/hypervisor/asm_offsets.h) $(NEWLIB_READY) $(LLHTTP_SRC) $(LWIP_SRC)
	@tools/lint

format: $(BUILD)/have-lint
	@git ls-files -co --exclude-standard '*.[ch]' | xargs -r clang-format -i

docs: $(BUILD)/have-$(COMPILER)
	@tools/build-docs

# What was fetched, and newlib, which takes a minute to build, never change, so clean leaves them; distclean does not.
clean:
	$(Q)find $(BUILD) -mindepth 1 -maxdepth 1 ! -name newlib ! -name llhttp ! -name lwip ! -name grub-xen -exec rm -rf {} + 2>/dev/null || :

distclean:
	$(Q)rm -rf $(BUILD)

help:
	@sed -n 's/^#: \{0,1\}//p' Makefile

#: make              build the hypervisor (build/ringlet), guestkit, the demo and the guest tests
#: make run          boot the demo on the serial console; leave with `poweroff`, or Ctrl-A then X
#:   FILES=dir         the folder the demo sees (default docs)
#:   CMD='a; b'        commands the demo runs by itself, e.g. CMD='sha256sum glossary.md; poweroff'
#:   ICOUNT=1          the time-stamp counter counts instructions
#:   XEN_OPTIONS=...   more for the hypervisor's command line, e.g. hypercall_trace
#:   MEM=512 CPU=qemu64 ACCEL=tcg QEMU=qemu-system-x86_64    the machine
#: make run-domains  the same demo as one of the root domain's domains; the root domain's shell is on the serial console
#: make test         every test; the last line is `N passed, N failed`
#: make smoke        build, then boot one guest
#: make storm        random hypercalls for SECONDS=60; SEED= repeats one
#: make fuzz         the fuzzers of tests/fuzz, SECONDS=60 each; FUZZ=fuzz_decode for one
#: make bench        instruction counts of the hot paths
#: make debug        the demo in QEMU, stopped before its first instruction, in gdb with symbols
#: make help         this list
#: make lint         formatting, clang-tidy and shellcheck; make format repairs the formatting
#: make docs         build the generated pages of docs/
#: make clean        remove what was built, except newlib; make distclean removes that too
#:
#:   CC=gcc            build with gcc (default clang)
#:   NEWLIB=prefix     use a newlib already built for i686-elf instead of building it
#:   BUILD=build       where everything goes
#:   V=1               show the commands

-include $(shell find $(BUILD) -name newlib -prune -o -name '*.d' -print 2>/dev/null)
