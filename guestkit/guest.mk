# SPDX-License-Identifier: MIT
#
# Builds a kernel over the guest kit, anywhere on disk. A port's Makefile says
#
#     RINGLET := path of this repository
#     KERNEL  := name of the kernel to make
#     SOURCES := its .c and .S files
#     include $(RINGLET)/guestkit/guest.mk
#
# and has the targets all, run (boot it under QEMU; MEM=, CPU= and ARGS= choose the machine and the command line) and
# clean. GUEST_CFLAGS and GUEST_LDFLAGS add to the options; LINKER_SCRIPT replaces the kit's.

BUILD         ?= build
KIT           := $(RINGLET)/build/guestkit/libguestkit.a
LINKER_SCRIPT ?= $(RINGLET)/guestkit/guest.ld
MEM           ?= 256
CPU           ?= qemu64
QEMU          ?= qemu-system-x86_64
comma         := ,

ifeq ($(origin CC),default)
CC := clang
endif
ifneq ($(findstring clang,$(CC)),)
TARGET  := --target=i686-unknown-none-elf
RUNTIME  = $(shell $(CC) --target=i386-unknown-linux-gnu --rtlib=compiler-rt -print-libgcc-file-name)
else
TARGET  := -m32
RUNTIME  = $(shell $(CC) -m32 -print-libgcc-file-name)
endif

# The kernel is 32-bit, at a fixed address, without red zone, SSE or help from a C library.
KERNEL_CFLAGS = $(TARGET) -std=gnu11 -O2 -g -Wall -Wextra -ffreestanding -fno-pic -fno-stack-protector \
                -march=i686 -mno-sse -fcf-protection=none -ffunction-sections -fdata-sections \
                -I$(RINGLET) -I$(RINGLET)/guestkit/include -MMD -MP $(GUEST_CFLAGS)
OBJECTS := $(SOURCES:%=$(BUILD)/%.o)

.PHONY: all run clean kit
all: $(KERNEL)

# The repository's own Makefile decides whether the kit is up to date.
kit:
	@$(MAKE) -s -C $(RINGLET) BUILD=build build/guestkit/libguestkit.a
$(KIT): kit ;

$(KERNEL): $(OBJECTS) $(KIT) $(LINKER_SCRIPT)
	ld.lld -m elf_i386 -static -z max-page-size=4096 -z noexecstack --gc-sections $(GUEST_LDFLAGS) -T $(LINKER_SCRIPT) \
	  -o $@ $(OBJECTS) $(KIT) $(RUNTIME)

$(BUILD)/%.o: %
	@mkdir -p $(@D)
	$(CC) $(KERNEL_CFLAGS) -c -o $@ $<

run: $(KERNEL)
	@$(MAKE) -s -C $(RINGLET) BUILD=build build/ringlet
	$(QEMU) -accel tcg -cpu $(CPU) -m $(MEM) -display none -nodefaults -no-reboot -serial stdio \
	  -kernel $(RINGLET)/build/ringlet -append 'console=com1 com1=115200' \
	  -initrd '$(KERNEL)$(if $(ARGS), $(subst $(comma),$(comma)$(comma),$(ARGS)))'

clean:
	rm -rf $(BUILD) $(KERNEL)

-include $(OBJECTS:.o=.d)
