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
#include "hypercalls/dispatch.h"

#pragma weak frame_table_init
#pragma weak frame_add_free_range
#pragma weak frame_alloc
#pragma weak frame_alloc_for
#pragma weak frame_free_count
#pragma weak frame_claim
#pragma weak m2p_size
#pragma weak m2p_init
#pragma weak m2p_set
#pragma weak vcpu_address_space_init
#pragma weak page_table_pin
#pragma weak guest_table_set
#pragma weak domain_create
#pragma weak schedule
#pragma weak handle_pending_work
#pragma weak preempt_wanted
#pragma weak deliver_upcall
#pragma weak guest_return_failed
#pragma weak guest_exception
#pragma weak refuse
#pragma weak refuse_context
#pragma weak hypercall_console_io
#pragma weak hypercall_sched_op
#pragma weak frame_table
#pragma weak frame_table_frames
long hypercall_console_io(uint64_t, uint64_t, uint64_t);
long hypercall_sched_op(uint64_t);
struct frame *frame_table; uint64_t frame_table_frames; static uint64_t next, end;
void frame_table_init(struct frame*t,uint64_t n){frame_table=t;frame_table_frames=n;}
void frame_add_free_range(mfn_t f,uint64_t n){ if(n>end-next){next=f.raw;end=f.raw+n;} }
mfn_t frame_alloc(unsigned o,unsigned b){uint64_t n=1ull<<o; next=(next+n-1)&~(n-1); if(next+n>end)return MFN_NONE; mfn_t m=mfn(next); next+=n; memset(frame_map(m),0,4096*n); return m;}
mfn_t frame_alloc_for(struct domain*d,unsigned o,unsigned b){uint64_t n=1ull<<o; if(next+n>end)return MFN_NONE; mfn_t m=mfn(next); next+=n; return m;}
uint64_t frame_free_count(void){return (end-next)/2;}
void frame_claim(mfn_t m, struct domain*d){}
uint64_t m2p_size(uint64_t f){return f*4;} static uint32_t*m2p; void m2p_init(void*p,uint64_t f){m2p=p;} void m2p_set(mfn_t m,uint64_t p){m2p[m.raw]=(uint32_t)p;}
extern uint64_t shared_l4[];
bool vcpu_address_space_init(struct vcpu*v){ mfn_t l4=frame_alloc(0,0),a=frame_alloc(0,0),b=frame_alloc(0,0),c=frame_alloc(0,0); uint64_t*p=frame_map(l4); for(int i=256;i<272;i++)p[i]=shared_l4[i];
 p[259]=(a.raw<<12)|3; *(uint64_t*)frame_map(a)=(b.raw<<12)|3; *(uint64_t*)frame_map(b)=(c.raw<<12)|3; v->descriptor_ptes=frame_map(c); v->descriptor_ptes[14].raw=(reserved_gdt_frame(this_cpu(),GUEST_32).raw<<12)|0x63; v->l4=l4; return true;}
int page_table_pin(struct domain*d,mfn_t m,enum frame_type t){uint64_t*p=frame_map(m);for(int i=0;i<4;i++){p[i]|=0x23; uint64_t*l2=frame_map(mfn(p[i]>>12)); for(int j=0;j<512;j++) if(l2[j])l2[j]|=4;} return 0;}
int guest_table_set(struct vcpu*v,mfn_t m){*(uint64_t*)frame_map(v->l4)=(m.raw<<12)|7; v->guest_table=m; return 0;}
static struct domain dom; static struct vcpu vc;
struct domain*domain_create(uint16_t id,enum guest_width w,bool p){dom.id=id;dom.width=w;dom.privileged=p;dom.vcpus[0]=&vc;vc.domain=&dom;dom.shared_info_frame=frame_alloc(0,0);dom.shared_info=frame_map(dom.shared_info_frame);vc.info=dom.shared_info;vcpu_address_space_init(&vc);return&dom;}
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
