// SPDX-License-Identifier: MIT
/*
 * Included before everything in ring 0: every symbol, declared or defined, is ours and near, so that the compiler
 * addresses it relative to RIP and never through a table.
 */
#pragma GCC visibility push(hidden)
