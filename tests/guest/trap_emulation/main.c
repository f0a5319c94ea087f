/* SPDX-License-Identifier: MIT */
/* MSRs, CPUID and I/O ports as a guest's kernel and its user mode see them. */
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/user.h>

struct msr {
    uint32_t number;
    uint64_t value;
};

static void read_msr(void *argument)
{
    struct msr *m = argument;

    __asm__ volatile("rdmsr" : "=A"(m->value) : "c"(m->number));
}

static void write_msr(void *argument)
{
    struct msr *m = argument;

    __asm__ volatile("wrmsr" : : "A"(m->value), "c"(m->number));
}

static void msrs(void)
{
    struct msr efer = {.number = 0xc0000080}, pat = {.number = 0x277}, none = {.number = 0xc0000082};

    expect_no_fault(probe_call(read_msr, &efer));
    expect_equal(efer.value, 0x801); /* no long mode for a 32-bit guest */
    expect_no_fault(probe_call(write_msr, &efer));
    efer.value = 0xd01;
    expect_fault(probe_call(write_msr, &efer), TRAP_PROTECTION, 0);
    expect_reason(REASON_msr_write);
    expect_no_fault(probe_call(read_msr, &pat));
    expect_equal(pat.value, 0x0000050100070406);
    pat.value = 0;
    expect_fault(probe_call(write_msr, &pat), TRAP_PROTECTION, 0);
    expect_fault(probe_call(read_msr, &none), TRAP_PROTECTION, 0);
    expect_reason(REASON_msr_read);
    expect_fault(probe_call(write_msr, &none), TRAP_PROTECTION, 0);
    struct msr sysenter = {.number = 0x174, .value = 0xe008};
    expect_fault(probe_call(write_msr, &sysenter), TRAP_PROTECTION, 0);
}

static void cpuid(uint32_t leaf, uint32_t out[4])
{
    __asm__ volatile(XEN_CPUID : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3]) : "a"(leaf), "c"(0));
}

static void cpuid_leaves(void)
{
    uint32_t r[4];

    cpuid(XEN_CPUID_LEAF(0), r);
    expect_equal(r[0], XEN_CPUID_LEAF(5));
    expect_equal(r[1], XEN_CPUID_SIGNATURE_EBX);
    expect_equal(r[2], XEN_CPUID_SIGNATURE_ECX);
    expect_equal(r[3], XEN_CPUID_SIGNATURE_EDX);
    cpuid(XEN_CPUID_LEAF(1), r);
    expect_equal(r[0], 4 << 16 | 17);
    cpuid(1, r);
    expect(r[2] >> 31, "the hypervisor bit");
    expect_equal(r[2] & (1u << 5 | 1u << 13 | 1u << 3), 0);  /* VMX, CMPXCHG16B, MONITOR */
    expect_equal(r[3] & (1u << 3 | 1u << 13 | 1u << 17), 0); /* large pages, global pages, PSE-36 */
    expect_equal(r[3] & (1u << 6), 1u << 6);                 /* PAE */
    cpuid(0x80000001, r);
    expect_equal(r[3] & (1u << 29 | 1u << 26), 0); /* long mode, 1 GiB pages */
    expect_equal(r[3] & (1u << 20), 1u << 20);     /* NX */
    cpuid(7, r);
    expect_equal(r[1] & (1u << 7 | 1u << 20), 0); /* SMEP, SMAP */
}

static void read_port(void *port)
{
    __asm__ volatile("inb %%dx, %%al" : : "d"(port) : "eax");
}

USER_TEXT static uint32_t user_reads_port(void *port)
{
    uint32_t value = 0;

    __asm__ volatile("inb %%dx, %%al" : "+a"(value) : "d"(port));
    return value;
}

static uint8_t bitmap[8192];

static void set_iopl(uint32_t level, int result)
{
    physdev_set_iopl_t s = {.iopl = level};

    expect_errno(physdev_op_set_iopl(&s), result);
}

static void ports(void)
{
    void *port = (void *)0x80;

    expect_fault(probe_call(read_port, port), TRAP_PROTECTION, 0);
    expect_reason(REASON_io_port);
    set_iopl(4, -XEN_EINVAL);
    set_iopl(1, 0);
    expect_no_fault(probe_call(read_port, port));
    expect_fault(user_call(user_reads_port, port), TRAP_PROTECTION, 0);
    set_iopl(3, 0);
    expect_no_fault(user_call(user_reads_port, port));
    /* Allowed, but nobody's: the hypervisor's interrupt controllers. */
    expect_equal(user_call(user_reads_port, (void *)0x21).value, 0xff);
    set_iopl(0, 0);
    for (uint32_t i = 0; i < sizeof(bitmap); i++)
        bitmap[i] = 0xff;
    bitmap[0x80 / 8] = 0xfe;
    physdev_set_iobitmap_t map = {.nr_ports = 0x81};
    map.bitmap = (uint32_t)bitmap;
    expect_ok(physdev_op_set_iobitmap(&map));
    expect_no_fault(user_call(user_reads_port, port));
    expect_fault(user_call(user_reads_port, (void *)0x7f), TRAP_PROTECTION, 0);
    expect_fault(user_call(user_reads_port, (void *)0x81), TRAP_PROTECTION, 0);
    map.nr_ports = 0x80;
    expect_ok(physdev_op_set_iobitmap(&map));
    expect_fault(user_call(user_reads_port, port), TRAP_PROTECTION, 0);
    map.nr_ports = 65537;
    expect_errno(physdev_op_set_iobitmap(&map), -XEN_EINVAL);
}

GUEST_TEST("privileged instructions are emulated within the policy")
{
    expect_ok(user_init());
    msrs();
    cpuid_leaves();
    ports();
}
