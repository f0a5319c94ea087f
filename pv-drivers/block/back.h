/* SPDX-License-Identifier: MIT */
/* The backend's parts. */
#ifndef BLOCK_BACK_H
#define BLOCK_BACK_H

#include "back_grants.h"

/* Take requests from the ring and give them to the disk, as many as can be worked on; publish what is done. */
void block_back_serve(struct pv_block_back *back);
/* Take up what the frontend's directory offers, or let go of it: struct pv_xenbus_driver says how. */
int block_back_connect(struct pv_block_back *back);
bool block_back_disconnect(struct pv_block_back *back);

#endif
