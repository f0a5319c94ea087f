/* SPDX-License-Identifier: MIT */
/*
 * Control of the machine itself, for the initial domain. Reference: platform.h. The commands are all here;
 * structures only of those that are of use without firmware drivers in the initial domain.
 */
#ifndef ABI_PLATFORM_H
#define ABI_PLATFORM_H

#include "types.h"
#include "xen.h"

#define XENPF_INTERFACE_VERSION 0x03000001

#define XENPF_settime32 17
#define XENPF_add_memtype 31
#define XENPF_del_memtype 32
#define XENPF_read_memtype 33
#define XENPF_microcode_update 35
#define XENPF_platform_quirk 39
#define XENPF_get_cpu_version 48
#define XENPF_efi_runtime_call 49
#define XENPF_firmware_info 50
#define XENPF_enter_acpi_sleep 51
#define XENPF_change_freq 52
#define XENPF_getidletime 53
#define XENPF_set_processor_pminfo 54
#define XENPF_get_cpuinfo 55
#define XENPF_cpu_online 56
#define XENPF_cpu_offline 57
#define XENPF_cpu_hotadd 58
#define XENPF_mem_hotadd 59
#define XENPF_core_parking 60
#define XENPF_resource_op 61
#define XENPF_settime64 62
#define XENPF_settime XENPF_settime64
#define XENPF_get_symbol 63

#define XENPF_ACPI_SLEEP_EXTENDED 0x00000001

#define XEN_PCPU_FLAGS_ONLINE 1
#define XEN_PCPU_FLAGS_INVALID 2 /* no such processor */

#define XEN_RESOURCE_OP_MSR_READ 0
#define XEN_RESOURCE_OP_MSR_WRITE 1

#ifndef __ASSEMBLER__

/* Wall clock (secs, nsecs since 1970) at the given system time. */
typedef struct xenpf_settime32 {
    uint32_t secs;
    uint32_t nsecs;
    uint64_t system_time;
} xenpf_settime32_t;
ABI_SIZE(struct xenpf_settime32, 16);

typedef struct xenpf_settime64 {
    uint64_t secs;
    uint32_t nsecs;
    uint32_t mbz; /* 0 */
    uint64_t system_time;
} xenpf_settime64_t;
ABI_SIZE(struct xenpf_settime64, 24);
#define xenpf_settime xenpf_settime64
typedef struct xenpf_settime64 xenpf_settime_t;

/* Memory types of ranges (MTRRs). */
struct xenpf_add_memtype_32 {
    uint32_t mfn;
    abi_u64_32 nr_mfns;
    uint32_t type;
    uint32_t handle; /* out */
    uint32_t reg;    /* out */
};
ABI_SIZE(struct xenpf_add_memtype_32, 24);

struct xenpf_add_memtype_64 {
    abi_u64_64 mfn;
    abi_u64_64 nr_mfns;
    uint32_t type;
    uint32_t handle;
    uint32_t reg;
};
ABI_SIZE(struct xenpf_add_memtype_64, 32);

typedef struct xenpf_del_memtype {
    uint32_t handle;
    uint32_t reg;
} xenpf_del_memtype_t;
ABI_SIZE(struct xenpf_del_memtype, 8);

struct xenpf_read_memtype_32 {
    uint32_t reg;
    uint32_t mfn;       /* out, and so are the rest */
    abi_u64_32 nr_mfns; /* 0: not in use */
    uint32_t type;
};
ABI_SIZE(struct xenpf_read_memtype_32, 20);

struct xenpf_read_memtype_64 {
    uint32_t reg;
    abi_u64_64 mfn;
    abi_u64_64 nr_mfns;
    uint32_t type;
};
ABI_SIZE(struct xenpf_read_memtype_64, 32);

typedef struct xenpf_enter_acpi_sleep {
    uint16_t val_a; /* for PM1A_CNT, or the sleep control register */
    uint16_t val_b;
    uint32_t sleep_state;
    uint32_t flags; /* XENPF_ACPI_SLEEP_ */
} xenpf_enter_acpi_sleep_t;
ABI_SIZE(struct xenpf_enter_acpi_sleep, 12);

struct xenpf_getidletime_32 {
    uint32_t cpumap_bitmap; /* pointer to uint8_t */
    uint32_t cpumap_nr_cpus;
    uint32_t idletime; /* pointer to uint64_t */
    abi_u64_32 now;    /* out: ns */
};
ABI_SIZE(struct xenpf_getidletime_32, 20);

struct xenpf_getidletime_64 {
    abi_u64_64 cpumap_bitmap;
    uint32_t cpumap_nr_cpus;
    abi_u64_64 idletime;
    abi_u64_64 now;
};
ABI_SIZE(struct xenpf_getidletime_64, 32);

typedef struct xenpf_pcpuinfo {
    uint32_t xen_cpuid;
    uint32_t max_present; /* out, and so are the rest */
    uint32_t flags;       /* XEN_PCPU_FLAGS_ */
    uint32_t apic_id;
    uint32_t acpi_id;
} xenpf_pcpuinfo_t;
ABI_SIZE(struct xenpf_pcpuinfo, 20);

typedef struct xenpf_pcpu_version {
    uint32_t xen_cpuid;
    uint32_t max_present; /* out, and so are the rest */
    char vendor_id[12];
    uint32_t family;
    uint32_t model;
    uint32_t stepping;
} xenpf_pcpu_version_t;
ABI_SIZE(struct xenpf_pcpu_version, 32);

typedef struct xenpf_cpu_ol {
    uint32_t cpuid;
} xenpf_cpu_ol_t;
ABI_SIZE(struct xenpf_cpu_ol, 4);

typedef struct xenpf_resource_entry {
    union {
        uint32_t cmd; /* XEN_RESOURCE_OP_ */
        int32_t ret;  /* out */
    } u;
    uint32_t rsvd;
    uint64_t idx;
    uint64_t val;
} xenpf_resource_entry_t;
ABI_SIZE(struct xenpf_resource_entry, 24);

struct xenpf_resource_op_32 {
    uint32_t nr_entries;
    uint32_t cpu;
    uint32_t entries; /* pointer to xenpf_resource_entry_t */
};
ABI_SIZE(struct xenpf_resource_op_32, 12);

struct xenpf_resource_op_64 {
    uint32_t nr_entries;
    uint32_t cpu;
    abi_u64_64 entries;
};
ABI_SIZE(struct xenpf_resource_op_64, 16);

struct xenpf_symdata_32 {
    uint32_t namelen;
    uint32_t symnum;
    uint32_t name; /* pointer to char */
    abi_u64_32 address;
    char type;
};
ABI_SIZE(struct xenpf_symdata_32, 24);

struct xenpf_symdata_64 {
    uint32_t namelen;
    uint32_t symnum;
    abi_u64_64 name;
    abi_u64_64 address;
    char type;
};
ABI_SIZE(struct xenpf_symdata_64, 32);

/* The argument of the hypercall. interface_version must be XENPF_INTERFACE_VERSION. */
struct xen_platform_op_32 {
    uint32_t cmd; /* XENPF_ */
    uint32_t interface_version;
    union {
        xenpf_settime_t settime;
        xenpf_settime32_t settime32;
        xenpf_settime64_t settime64;
        struct xenpf_add_memtype_32 add_memtype;
        xenpf_del_memtype_t del_memtype;
        struct xenpf_read_memtype_32 read_memtype;
        xenpf_enter_acpi_sleep_t enter_acpi_sleep;
        struct xenpf_getidletime_32 getidletime;
        xenpf_pcpuinfo_t pcpu_info;
        xenpf_pcpu_version_t pcpu_version;
        xenpf_cpu_ol_t cpu_ol;
        struct xenpf_resource_op_32 resource_op;
        struct xenpf_symdata_32 symdata;
        uint8_t pad[128];
    } u;
};
ABI_SIZE(struct xen_platform_op_32, 136);
ABI_OFFSET(struct xen_platform_op_32, u, 8);

struct xen_platform_op_64 {
    uint32_t cmd;
    uint32_t interface_version;
    union {
        xenpf_settime_t settime;
        xenpf_settime32_t settime32;
        xenpf_settime64_t settime64;
        struct xenpf_add_memtype_64 add_memtype;
        xenpf_del_memtype_t del_memtype;
        struct xenpf_read_memtype_64 read_memtype;
        xenpf_enter_acpi_sleep_t enter_acpi_sleep;
        struct xenpf_getidletime_64 getidletime;
        xenpf_pcpuinfo_t pcpu_info;
        xenpf_pcpu_version_t pcpu_version;
        xenpf_cpu_ol_t cpu_ol;
        struct xenpf_resource_op_64 resource_op;
        struct xenpf_symdata_64 symdata;
        uint8_t pad[128];
    } u;
};
ABI_SIZE(struct xen_platform_op_64, 136);
ABI_OFFSET(struct xen_platform_op_64, u, 8);

#endif /* __ASSEMBLER__ */

#endif
