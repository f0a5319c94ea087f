// SPDX-License-Identifier: MIT
#include "hypercalls/version.h"

#include <abi/version.h>

#include "core/domain.h"
#include "core/string.h"
#include "core/why.h"
#include "machine/layout.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"

const char *hypervisor_command_line = "";

static long give(gva_t to, const void *from, size_t n)
{
    if (copy_to_guest(to, from, n))
        return refuse(-EFAULT, REASON_bad_guest_pointer_write, n, to.raw, 0);
    return 0;
}

/* Fills a field of n bytes with text and zeroes. */
static void set_text(char *field, size_t n, const char *text)
{
    size_t length = MIN(strlen(text), n - 1);

    memset(field, 0, n);
    memcpy(field, text, length);
}

static long give_text(gva_t to, size_t n, const char *text)
{
    char field[1024];

    set_text(field, n, text);
    return give(to, field, n);
}

static long version(const struct domain *d, gva_t arg)
{
    return INTERFACE_MAJOR << 16 | INTERFACE_MINOR;
}

static long extraversion(const struct domain *d, gva_t arg)
{
    return give_text(arg, sizeof(xen_extraversion_t), ".0-ringlet");
}

/* No name, no date: the same source makes the same image. */
static long compile_info(const struct domain *d, gva_t arg)
{
    struct xen_compile_info info;

    memset(&info, 0, sizeof(info));
    set_text(info.compiler, sizeof(info.compiler), __VERSION__);
    return give(arg, &info, sizeof(info));
}

static long capabilities(const struct domain *d, gva_t arg)
{
    return give_text(arg, sizeof(xen_capabilities_info_t), "xen-3.0-x86_32p ");
}

static long changeset(const struct domain *d, gva_t arg)
{
    return give_text(arg, sizeof(xen_changeset_info_t), "unavailable");
}

static long platform_parameters(const struct domain *d, gva_t arg)
{
    struct xen_platform_parameters_64 wide = {DIRECT_MAP_BASE & ~0x7fffffffffull};
    struct xen_platform_parameters_32 narrow = {GUEST32_LIMIT};

    return d->width == GUEST_32 ? give(arg, &narrow, sizeof(narrow)) : give(arg, &wide, sizeof(wide));
}

static uint32_t features(const struct domain *d)
{
    uint32_t bits = 1u << XENFEAT_mmu_pt_update_preserve_ad | 1u << XENFEAT_highmem_assist |
                    1u << XENFEAT_gnttab_map_avail_bits | 1u << XENFEAT_memory_op_vnode_supported |
                    1u << XENFEAT_direct_mapped;

    if (d->vm_assist & 1u << VMASST_TYPE_pae_extended_cr3)
        bits |= 1u << XENFEAT_pae_pgdir_above_4gb;
    if (d->privileged)
        bits |= 1u << XENFEAT_dom0;
    return bits;
}

static long get_features(const struct domain *d, gva_t arg)
{
    struct xen_feature_info info;

    if (copy_from_guest(&info, arg, sizeof(info)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(info), arg.raw, 0);
    if (info.submap_idx >= XENFEAT_NR_SUBMAPS)
        return refuse(-EINVAL, REASON_no_such_feature_map, XENFEAT_NR_SUBMAPS, info.submap_idx, 0);
    info.submap = features(d);
    return give(arg, &info, sizeof(info));
}

static long pagesize(const struct domain *d, gva_t arg)
{
    if (arg.raw)
        return refuse(-EINVAL, REASON_reserved_field, 0, arg.raw, 0);
    return PAGE_SIZE;
}

static long guest_handle(const struct domain *d, gva_t arg)
{
    return give(arg, d->handle, sizeof(d->handle));
}

static long commandline(const struct domain *d, gva_t arg)
{
    return give_text(arg, sizeof(xen_commandline_t), d->privileged ? hypervisor_command_line : "<denied>");
}

static long build_id(const struct domain *d, gva_t arg)
{
    if (!d->privileged)
        return refuse(-EPERM, REASON_not_privileged, 0, XENVER_build_id, 0);
    return refuse(-ENODATA, REASON_not_implemented, 0, XENVER_build_id, 0);
}

static long (*const commands[])(const struct domain *, gva_t) = {
    [XENVER_version] = version,           [XENVER_extraversion] = extraversion,
    [XENVER_compile_info] = compile_info, [XENVER_capabilities] = capabilities,
    [XENVER_changeset] = changeset,       [XENVER_platform_parameters] = platform_parameters,
    [XENVER_get_features] = get_features, [XENVER_pagesize] = pagesize,
    [XENVER_guest_handle] = guest_handle, [XENVER_commandline] = commandline,
    [XENVER_build_id] = build_id,
};

long hypercall_xen_version(uint64_t command, uint64_t arg)
{
    if (command >= ARRAY_SIZE(commands))
        return refuse(-ENOSYS, REASON_no_such_subop, ARRAY_SIZE(commands), command, 0);
    return commands[command](current_vcpu()->domain, gva(arg));
}
