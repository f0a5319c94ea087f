// SPDX-License-Identifier: MIT
/* Placeholders for parts that are being written: every symbol is weak, so the real one replaces it. */
#include "boot/initial_domain.h"
#include "boot/options.h"
#include "core/cpu.h"
#include "core/log.h"
#include "core/string.h"
#include "core/hypercall.h"
#include "core/why.h"
#include "domain/domain.h"
#include "grants/grant_table.h"
#include "hypercalls/refusal_log.h"
#include "memory/frame.h"
#include "memory/m2p.h"
#include "memory/page_tables.h"
#include "machine/percpu.h"
#include "machine/cpu.h"
#include "machine/tlb.h"
#include "machine/descriptor_tables.h"
#include "machine/log_control.h"
#include "machine/user_copy.h"
#include "traps/inject.h"
#include "traps/vcpu_traps.h"
#include "hypercalls/dispatch.h"

#pragma weak domain_create
#pragma weak schedule
#pragma weak handle_pending_work
#pragma weak preempt_wanted
#pragma weak deliver_upcall
#pragma weak guest_return_failed
#pragma weak guest_exception
#pragma weak refuse
#pragma weak domain_crash
void domain_crash(struct domain *d, const char *f, ...){log_registers(guest_regs());panic("domain crash: %s",f);}
#pragma weak domain_find
struct domain *domain_find(uint16_t id);
#pragma weak refuse_context
#pragma weak hypercall_console_io
#pragma weak hypercall_sched_op
long hypercall_console_io(uint64_t, uint64_t, uint64_t);
long hypercall_sched_op(uint64_t);
static struct domain dom; static struct vcpu vc;
struct domain*domain_create(uint16_t id,enum guest_width w,bool p){dom.id=id;dom.width=w;dom.privileged=p;dom.vcpus[0]=&vc;vc.domain=&dom;dom.shared_info_frame=frame_alloc(0,0);dom.shared_info=frame_map(dom.shared_info_frame);vc.info=dom.shared_info;dom.max_pages=~0u;frame_share(dom.shared_info_frame,&dom,true);vcpu_address_space_init(&vc);traps_start();vcpu_traps_init(&vc);domain_records_init(&dom);grant_table_init(&dom);return&dom;}
void schedule(void){struct cpu*c=this_cpu();struct vcpu*v=&vc;c->current=v;c->upcall=v->info;c->guest_limit=0xf5800000;c->hypercall_table=hypercall_table_32;*guest_regs()=v->regs;address_space_load(v);descriptor_tables_use_vcpu();
 __asm__ volatile("mov %0,%%ds;mov %0,%%es;mov %0,%%fs;mov %0,%%gs"::"r"((uint32_t)v->ds));}
void handle_pending_work(void){this_cpu()->pending=0;}
bool preempt_wanted(void){return false;}
void deliver_upcall(struct cpu_regs*r){}
void guest_return_failed(struct cpu_regs*r){log_registers(r);panic("iret failed");}
void guest_exception(struct cpu_regs*r){log_registers(r);panic("guest exception");}
int refuse(int e,uint32_t r,uint64_t x,uint64_t f,uint64_t m){log_print("refuse %d reason %u %lx %lx %lx\n",e,r,x,f,m);return e;}
void refuse_context(uint32_t a,uint32_t b){}
long hypercall_console_io(uint64_t cmd,uint64_t n,uint64_t p){char b[128];if(cmd)return 0;while(n){uint64_t k=n<128?n:128;if(copy_from_guest(b,gva(p),k))return -EFAULT;log_write(b,k);n-=k;p+=k;}return 0;}
long hypercall_sched_op(uint64_t cmd){ if(cmd==2){log_print("shutdown\n");machine_reset();} return 0;}
struct domain*domain_find(uint16_t id){return id?NULL:&dom;}
#pragma weak ldt_set
void ldt_set(struct vcpu*v,gva_t b,unsigned n){}
