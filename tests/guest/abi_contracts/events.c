/* SPDX-License-Identifier: MIT */
#include "contracts.h"

static void binds(void)
{
    evtchn_bind_virq_t virq = {.virq = NR_VIRQS};
    evtchn_bind_ipi_t ipi = {.vcpu = 77};
    evtchn_alloc_unbound_t unbound = {.dom = 77, .remote_dom = DOMID_SELF};
    evtchn_bind_interdomain_t remote = {.remote_dom = 77};
    evtchn_bind_pirq_t pirq = {.pirq = 0x7fffffff};

    expect_errno(event_channel_op_bind_virq(&virq), -XEN_EINVAL);
    virq = (evtchn_bind_virq_t){.virq = VIRQ_TIMER, .vcpu = 77};
    expect_errno(event_channel_op_bind_virq(&virq), -XEN_ENOENT);
    virq = (evtchn_bind_virq_t){.virq = VIRQ_DOM_EXC, .vcpu = 1};
    expect_errno(event_channel_op_bind_virq(&virq), -XEN_EINVAL);
    virq = (evtchn_bind_virq_t){.virq = VIRQ_DEBUG};
    expect_ok(event_channel_op_bind_virq(&virq));
    expect_errno(event_channel_op_bind_virq(&virq), -XEN_EEXIST);
    expect_errno(event_channel_op_bind_ipi(&ipi), -XEN_ENOENT);
    expect_errno(event_channel_op_alloc_unbound(&unbound), -XEN_ESRCH);
    expect_errno(event_channel_op_bind_interdomain(&remote), -XEN_ESRCH);
    remote = (evtchn_bind_interdomain_t){.remote_dom = DOMID_SELF, .remote_port = virq.port};
    expect_errno(event_channel_op_bind_interdomain(&remote), -XEN_EINVAL);
    remote.remote_port = 1000;
    expect_errno(event_channel_op_bind_interdomain(&remote), -XEN_EINVAL);
    expect_errno(event_channel_op_bind_pirq(&pirq), -XEN_EINVAL);
}

static void ports(void)
{
    evtchn_close_t none = {.port = 0}, far = {.port = 0x10000}, free = {.port = 900};
    evtchn_send_t send = {.port = 900};
    evtchn_bind_vcpu_t move = {.port = 900};
    evtchn_status_t status = {.dom = DOMID_SELF, .port = 0x10000};
    evtchn_unmask_t unmask = {.port = 0x10000};
    evtchn_reset_t reset = {.dom = 77};

    expect_errno(event_channel_op_close(&none), -XEN_EINVAL);
    expect_errno(event_channel_op_close(&far), -XEN_EINVAL);
    expect_errno(event_channel_op_close(&free), -XEN_EINVAL);
    expect_errno(event_channel_op_close(UNMAPPED), -XEN_EFAULT);
    expect_errno(event_channel_op_send(&send), -XEN_EINVAL);
    expect_errno(event_channel_op_bind_vcpu(&move), -XEN_EINVAL);
    move.vcpu = 77;
    expect_errno(event_channel_op_bind_vcpu(&move), -XEN_ENOENT);
    expect_errno(event_channel_op_status(&status), -XEN_EINVAL);
    status.dom = 77;
    expect_errno(event_channel_op_status(&status), -XEN_ESRCH);
    expect_errno(event_channel_op_unmask(&unmask), -XEN_EINVAL);
    expect_errno(event_channel_op_reset(&reset), -XEN_ESRCH);
    expect_errno(hypercall_event_channel_op(99, scratch), -XEN_ENOSYS);
}

static void kinds(void)
{
    evtchn_bind_virq_t virq = {.virq = VIRQ_TIMER};
    evtchn_alloc_unbound_t unbound = {.dom = DOMID_SELF, .remote_dom = 77};
    evtchn_bind_ipi_t ipi = {.vcpu = 0};

    expect_ok(event_channel_op_bind_virq(&virq));
    expect_ok(event_channel_op_alloc_unbound(&unbound));
    expect_ok(event_channel_op_bind_ipi(&ipi));
    evtchn_send_t to_virq = {virq.port}, to_nobody = {unbound.port}, to_ipi = {ipi.port};
    expect_errno(event_channel_op_send(&to_virq), -XEN_EINVAL);
    expect_ok(event_channel_op_send(&to_nobody));
    expect_ok(event_channel_op_send(&to_ipi));
    evtchn_bind_vcpu_t virq_vcpu = {.port = virq.port}, ipi_vcpu = {.port = ipi.port},
                       other = {.port = unbound.port};
    expect_errno(event_channel_op_bind_vcpu(&virq_vcpu), -XEN_EINVAL);
    expect_errno(event_channel_op_bind_vcpu(&ipi_vcpu), -XEN_EINVAL);
    expect_ok(event_channel_op_bind_vcpu(&other));
    evtchn_close_t close[] = {{virq.port}, {unbound.port}, {ipi.port}};
    for (unsigned int i = 0; i < 3; i++)
        expect_ok(event_channel_op_close(&close[i]));
}

void contracts_of_events(void)
{
    binds();
    ports();
    kinds();
}

void contracts_of_grants(void)
{
    gnttab_setup_table_t setup = {.dom = DOMID_SELF, .nr_frames = 100000, .frame_list = (uint32_t)scratch};
    gnttab_query_size_t size = {.dom = 77};
    gnttab_map_grant_ref_t map = {.dom = 77, .host_addr = (uint32_t)scratch, .flags = GNTMAP_host_map};
    gnttab_unmap_grant_ref_t unmap = {.handle = 12345};
    gnttab_copy_t copy = {.source = {.u.gmfn = address_to_mfn(scratch), .domid = DOMID_SELF, .offset = 4090},
                          .dest = {.u.gmfn = address_to_mfn(scratch), .domid = DOMID_SELF},
                          .len = 10};
    gnttab_set_version_t version = {.version = 3};
    gnttab_swap_grant_ref_t swap = {.ref_a = 0x7fffffff};

    expect_errno(hypercall_grant_table_op(99, scratch, 1), -XEN_ENOSYS);
    expect_errno(grant_table_op_map_grant_ref(&map, 0x80000000), -XEN_EINVAL);
    expect_errno(grant_table_op_map_grant_ref(UNMAPPED, 1), -XEN_EFAULT);
    expect_errno(grant_table_op_setup_table(&setup, 2), -XEN_EINVAL);
    expect_errno(grant_table_op_query_size(&size, 2), -XEN_EINVAL);
    expect_ok(grant_table_op_setup_table(&setup, 1));
    expect_equal(setup.status, GNTST_general_error);
    expect_ok(grant_table_op_query_size(&size, 1));
    expect_equal(size.status, GNTST_bad_domain);
    expect_ok(grant_table_op_map_grant_ref(&map, 1));
    expect_equal(map.status, GNTST_bad_domain);
    expect_ok(grant_table_op_unmap_grant_ref(&unmap, 1));
    expect_equal(unmap.status, GNTST_bad_handle);
    expect_ok(grant_table_op_copy(&copy, 1));
    expect_equal(copy.status, GNTST_bad_copy_arg);
    expect_errno(grant_table_op_set_version(&version, 1), -XEN_EINVAL);
    expect_ok(grant_table_op_swap_grant_ref(&swap, 1));
    expect_equal(swap.status, GNTST_bad_gntref);
}
