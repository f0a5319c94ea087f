// SPDX-License-Identifier: MIT
/* root-domain/config: the syntax, the keys, and the languages of disk and vif. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "root-domain/config/domain_config.h"
#include "root-domain/config/value.h"

static struct domain_config config;
static char sentences[4096]; /* all that was reported, a line each; warnings begin with "warning: " */

static void note(void *context, bool is_warning, const char *sentence)
{
    size_t used = strlen(sentences);

    snprintf(sentences + used, sizeof(sentences) - used, "%s%s\n", is_warning ? "warning: " : "", sentence);
}

/* The text lies in memory that ends with it, so that a read beyond it is noticed. */
static bool read_text(const char *text)
{
    size_t size = strlen(text);
    char *copy = malloc(size ? size : 1);
    bool good;

    memcpy(copy, text, size);
    sentences[0] = '\0';
    good = domain_config_read(&config, "a.cfg", copy, size, note, NULL);
    free(copy);
    return good;
}

#define MINIMAL "name = \"a\"\nkernel = 'k'\n"

static void minimal_file(void **state)
{
    assert_true(read_text(MINIMAL));
    assert_string_equal(sentences, "");
    assert_string_equal(config.name, "a");
    assert_string_equal(config.kernel, "k");
    assert_string_equal(config.ramdisk, "");
    assert_int_equal(config.memory_mib, 64);
    assert_int_equal(config.maxmem_mib, 64);
    assert_int_equal(config.vcpus, 1);
    assert_int_equal(config.on_poweroff, ACTION_DESTROY);
    assert_int_equal(config.on_reboot, ACTION_RESTART);
    assert_int_equal(config.on_crash, ACTION_DESTROY);
}

static void every_key(void **state)
{
    char line[CONFIG_LINE_MAX];

    assert_true(
        read_text("# a comment\n"
                  "name=\"web-1\";kernel='boot/demo' # after a value\n"
                  "\tramdisk = \"files.tar\"\r\n"
                  "memory = 0x80\nmaxmem = 256\nvcpus = 2\n"
                  "root = '/dev/xvda'\nextra = 'a=1'\nextra += ' b'\n"
                  "uuid = '00112233-4455-6677-8899-aabbccddeeff'\n"
                  "disk = [ 'tar:files.tar,xvda,r', # the first\n"
                  "         \"kv,raw,xvdb,w\",\n ]\n"
                  "vif = [ '' ]\n"
                  "on_poweroff = 'preserve'\non_reboot=\"rename-restart\"\non_crash='coredump-restart'\n"
                  "driver = 'block'\ndevice = '00:04.0'\ntype = 'pv'"));
    assert_string_equal(sentences, "");
    assert_string_equal(config.name, "web-1");
    assert_string_equal(config.ramdisk, "files.tar");
    assert_int_equal(config.memory_mib, 128);
    assert_int_equal(config.maxmem_mib, 256);
    assert_int_equal(config.vcpus, 2);
    assert_true(domain_config_command_line(&config, line, sizeof(line)));
    assert_string_equal(line, "root=/dev/xvda a=1 b");
    assert_true(config.has_uuid);
    assert_int_equal(config.uuid[15], 0xff);
    assert_int_equal(config.uuid[4], 0x44);
    assert_int_equal(config.disk_count, 2);
    assert_string_equal(config.disks[1].target, "kv");
    assert_int_equal(config.vif_count, 1);
    assert_int_equal(config.on_poweroff, ACTION_PRESERVE);
    assert_int_equal(config.on_reboot, ACTION_RENAME_RESTART);
    assert_int_equal(config.on_crash, ACTION_RESTART);
    assert_string_equal(config.driver, "block");
    assert_int_equal(config.device_count, 1);
    assert_int_equal(config.devices[0].slot, 4);
}

static void cmdline_stands_alone(void **state)
{
    char line[CONFIG_LINE_MAX];

    assert_true(read_text(MINIMAL "cmdline = 'all'\nextra = 'not this'\n"));
    assert_true(domain_config_command_line(&config, line, sizeof(line)));
    assert_string_equal(line, "all");
}

static void unknown_keys_are_named(void **state)
{
    assert_true(read_text(MINIMAL "\nvfb = [ 'vnc=1',\n 'x' ]\nmemory = 32\nspeed = 3\n"));
    assert_string_equal(sentences,
                        "warning: a.cfg:4: vfb: this key is not known here and has no effect.\n"
                        "warning: a.cfg:7: speed: this key is not known here and has no effect.\n");
    assert_int_equal(config.memory_mib, 32);
}

static void later_lines_win_and_append(void **state)
{
    assert_true(read_text(MINIMAL "memory=1\nmemory=3\nmemory+=4\ndisk=['a,raw,xvda']\ndisk+=['b,raw,xvdb']\n"
                                  "vif=['','']\nvif=['bridge=br0']\n"));
    assert_int_equal(config.memory_mib, 7);
    assert_int_equal(config.disk_count, 2);
    assert_string_equal(config.disks[1].target, "b");
    assert_int_equal(config.vif_count, 1);
    assert_string_equal(config.vifs[0].bridge, "br0");
}

static void escapes(void **state)
{
    assert_true(read_text(MINIMAL "extra = \"q\\\"s\\'b\\\\t\\tn\\nx\\x41\\1012\"\n"));
    assert_string_equal(config.extra, "q\"s'b\\t\tn\nxAA2");
    assert_false(read_text(MINIMAL "extra = 'a\\x00b'\n"));
    assert_string_equal(sentences, "a.cfg:3: a string holds a zero byte.\n");
    assert_false(read_text(MINIMAL "extra = 'a\\q'\n"));
    assert_false(read_text(MINIMAL "extra = 'a\\777'\n"));
    assert_false(read_text(MINIMAL "extra = 'a\\x'\n"));
}

/* Each faulty text, and all that is said about it. */
static void faults_are_told(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", "a.cfg: the domain has no name.\na.cfg: the domain has no kernel.\n"},
        {"name='a'\nkernel=k\n", "a.cfg:2: the value of kernel is not a number and has no quotes.\n"},
        {MINIMAL "memory = 'x'\n", "a.cfg:3: memory: the value should be a number.\n"},
        {MINIMAL "memory = 12M\n", "a.cfg:3: a number goes on with \"M\"; text needs quotes.\n"},
        {MINIMAL "memory = 99999999999999999999\n", "a.cfg:3: the number is too large.\n"},
        {MINIMAL "memory = 0\n", "a.cfg:3: memory: memory is given in MiB, from 1 to 16384.\n"},
        {MINIMAL "memory\n", "a.cfg:3: memory is not followed by an equals sign.\n"},
        {MINIMAL "memory =\n", "a.cfg:3: memory has no value.\n"},
        {MINIMAL "memory = 3 4\n", "a.cfg:3: something follows the value of memory on its line.\n"},
        {MINIMAL "vcpus = 33\n", "a.cfg:3: vcpus: a domain has 1 to 32 vcpus.\n"},
        {MINIMAL "= 3\n", "a.cfg:3: a line begins with neither a key nor a comment.\n"},
        {MINIMAL "extra = 'open\nvcpus=2\n",
         "a.cfg:3: a string that begins with ' does not end on its line.\n"},
        {MINIMAL "extra = [ 'a' ]\n", "a.cfg:3: extra: the value should not be a list.\n"},
        {MINIMAL "disk = [ 'a,raw,xvda',\n\n",
         "a.cfg:5: the list disk that begins in line 3 does not end.\n"},
        {MINIMAL "disk = [ 'a,raw,xvda' 'b' ]",
         "a.cfg:3: an item of the list disk is followed by neither a comma nor a bracket.\n"},
        {MINIMAL "disk = [ [ 'a' ] ]", "a.cfg:3: the list disk holds another list.\n"},
        {MINIMAL "disk = [\n 'a,raw,xvda',\n 'b,raw,sda1,q' ]\n",
         "a.cfg:5: disk: the disk's access is none of r, ro, w, rw.\n"},
        {MINIMAL "disk = ['a,raw,xvda','b,raw,xvda']", "a.cfg: two disks have the same device name.\n"},
        {MINIMAL "vif = ['mac=00:16:3e:00:00:01','mac=00:16:3E:00:00:01']",
         "a.cfg: two vifs have the same mac.\n"},
        {"name='7'\nkernel='k'\n",
         "a.cfg:1: name: the name may have letters, digits and -_.:+ only, and must not be a number.\n"},
        {"name='a/b'\nkernel='k'\n",
         "a.cfg:1: name: the name may have letters, digits and -_.:+ only, and must not be a number.\n"},
        {"name='abcdefghijklmnopqrstuvwxyzabcdef'\nkernel='k'\n", "a.cfg:1: name: the value is too long.\n"},
        {MINIMAL "on_crash = 'explode'\n",
         "a.cfg:3: on_crash: the action is none of destroy, restart, rename-restart, preserve.\n"},
        {MINIMAL "maxmem = 16\n", "a.cfg: maxmem is less than memory.\n"},
        {MINIMAL "driver = 'block'\n", "a.cfg: a driver domain needs a device.\n"},
        {MINIMAL "driver = 'sound'\n", "a.cfg:3: driver: the driver is neither block nor network.\n"},
        {MINIMAL "device = ['4.0']\n", "a.cfg:3: device: the device is none such as 00:04.0.\n"},
        {MINIMAL "uuid = '0011'\n", "a.cfg:3: uuid: the uuid is not 32 hexadecimal digits.\n"},
        {MINIMAL "type = 'hvm'\n", "a.cfg:3: type: only domains of type pv run here.\n"},
        {MINIMAL "vcpus = x\nmemory = y\n",
         "a.cfg:3: the value of vcpus is not a number and has no quotes.\n"
         "a.cfg:4: the value of memory is not a number and has no quotes.\n"},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_false(read_text(cases[i].text));
        assert_string_equal(sentences, cases[i].said);
    }
}

static void limits(void **state)
{
    static char text[16384];
    unsigned n = (unsigned)snprintf(text, sizeof(text), MINIMAL "disk = [");

    for (unsigned i = 0; i < 9; i++)
        n += (unsigned)snprintf(text + n, sizeof(text) - n, "'t%u,raw,xvd%c',", i, 'a' + (int)i);
    snprintf(text + n, sizeof(text) - n, "]");
    assert_false(read_text(text));
    assert_string_equal(sentences, "a.cfg:3: disk: a domain has at most 8 disks.\n");

    n = (unsigned)snprintf(text, sizeof(text), MINIMAL "vfb = [");
    for (unsigned i = 0; i < CONFIG_ITEMS_MAX + 1; i++)
        n += (unsigned)snprintf(text + n, sizeof(text) - n, "1,");
    snprintf(text + n, sizeof(text) - n, "]");
    assert_false(read_text(text));
    assert_string_equal(sentences, "a.cfg:3: the list vfb has more than 32 items.\n");

    n = (unsigned)snprintf(text, sizeof(text), MINIMAL "extra = '");
    memset(text + n, 'x', 5000);
    strcpy(text + n + 5000, "'\n");
    assert_false(read_text(text));
    assert_string_equal(sentences, "a.cfg:3: the value of extra is longer than 4096 bytes.\n");
    strcpy(text + n + 1024, "'\n");
    assert_false(read_text(text));
    assert_string_equal(sentences, "a.cfg:3: extra: the value is too long.\n");
    strcpy(text + n + 1023, "'\n");
    assert_true(read_text(text));
}

/* Cut anywhere, a good file is read or refused, but nothing beyond it is touched. */
static void cut_short_anywhere(void **state)
{
    static const char whole[] =
        MINIMAL "disk = ['tar:a,xvda', \"b,raw,xvdb,w\"]\nvif=['mac=00:16:3e:00:00:01']\n"
                "memory = 0x10\nextra = 'a\\x41\\101\\n' # end\n";

    for (size_t n = 0; n < sizeof(whole); n++) {
        char part[sizeof(whole)];

        memcpy(part, whole, n);
        part[n] = '\0';
        read_text(part);
    }
    assert_true(read_text(whole));
}

static void good_disk(const char *text, const char *target, const char *format, const char *vdev,
                      bool writable)
{
    struct config_disk disk;
    const char *problem = disk_read(&disk, text);

    if (problem)
        fail_msg("%s: %s", text, problem);
    assert_string_equal(disk.target, target);
    assert_string_equal(disk.format, format);
    assert_string_equal(disk.vdev, vdev);
    assert_int_equal(disk.writable, writable);
}

static void disks(void **state)
{
    struct config_disk disk;

    good_disk("a.img,raw,xvda,w", "a.img", "raw", "xvda", true);
    good_disk("a.img,,xvda", "a.img", "raw", "xvda", false);
    good_disk(" a.img , raw , xvda , ro ", "a.img", "raw", "xvda", false);
    good_disk("tar:files.tar,xvda,r", "files.tar", "tar", "xvda", false);
    good_disk("phy:0,xvdb,rw", "0", "phy", "xvdb", true);
    good_disk("vdev=xvda, access=rw, format=tar, target=a,b=c", "a,b=c", "tar", "xvda", true);
    good_disk("a.img,vdev=xvdc", "a.img", "raw", "xvdc", false);
    assert_null(disk_read(&disk, "a,raw,xvda,r,backend=disk-driver,discard,direct-io-safe"));
    assert_string_equal(disk.backend, "disk-driver");
    assert_true(disk.discard);
    assert_null(disk_read(&disk, ",raw,hdc:cdrom,r"));
    assert_true(disk.cdrom);
    assert_string_equal(
        disk_read(&disk, "a.img,xvda,w"),
        "the disk's format (the second part, as in 'x.img,raw,xvda,w') is none of raw, tar, phy, file");
    assert_string_equal(disk_read(&disk, "a.img"), "the disk has no device name such as xvda");
    assert_string_equal(disk_read(&disk, "vdev=xvda"), "the disk has no target");
    assert_string_equal(disk_read(&disk, "a,raw,floppy"), "the disk's device name is none such as xvda");
    assert_string_equal(disk_read(&disk, "a,raw,xvda,r,more"),
                        "the disk has more parts than target, format, device and access");
    assert_string_equal(disk_read(&disk, "a,raw,xvda,size=3"),
                        "the disk has a key that is none of target, format, vdev, access, backend, devtype");
    assert_string_equal(disk_read(&disk, "a,raw,xvda,vdev=xvdb"), "the disk has two device names");
    assert_non_null(disk_read(&disk, ""));
}

static void device_numbers(void **state)
{
    static const struct {
        const char *name;
        uint32_t number;
    } good[] = {{"xvda", 51712},
                {"xvdb", 51728},
                {"xvda1", 51713},
                {"xvdp15", 51967},
                {"hda", 768},
                {"hdb1", 833},
                {"hdc", 5632},
                {"sda", 2048},
                {"sdb2", 2066},
                {"xvdq", 1 << 28 | 16 << 8},
                {"xvdaa", 1 << 28 | 26 << 8},
                {"xvda16", 1 << 28 | 16}};
    static const char *const wrong[] = {"",       "x",   "xv",  "xvd",   "xvdA",  "xvda0",  "xvda256",
                                        "xvdaaa", "hde", "sdq", "sda16", "hda64", "xvda1b", "vda"};
    uint32_t number;

    for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(disk_device_number(good[i].name, &number));
        assert_int_equal(number, good[i].number);
    }
    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(disk_device_number(wrong[i], &number));
}

static void vifs(void **state)
{
    struct config_vif vif;

    assert_null(vif_read(&vif, "mac=00:16:3e:0A:0b:0c, bridge=br0,backend=net,ip=10.0.2.15,script=x"));
    assert_true(vif.has_mac);
    assert_int_equal(vif.mac[3], 10);
    assert_string_equal(vif.bridge, "br0");
    assert_string_equal(vif.backend, "net");
    assert_null(vif_read(&vif, ""));
    assert_false(vif.has_mac);
    assert_null(vif_read(&vif, "rate=10Mb/s"));
    assert_int_equal(vif.rate_bytes, 62500);
    assert_int_equal(vif.rate_interval_us, 50000);
    assert_null(vif_read(&vif, "rate=1MB/s@20ms"));
    assert_int_equal(vif.rate_bytes, 20000);
    assert_int_equal(vif.rate_interval_us, 20000);
    assert_string_equal(vif_read(&vif, "rate=10"), "the vif's rate is none such as 10Mb/s");
    assert_string_equal(vif_read(&vif, "rate=1b/s"), "the vif's rate allows not one byte in an interval");
    assert_string_equal(vif_read(&vif, "rate=1MB/s@20"),
                        "the vif's rate has an interval that is none such as 20ms");
    assert_string_equal(vif_read(&vif, "rate=1MB/s@61s"),
                        "the vif's rate has an interval that is none such as 20ms");
    assert_string_equal(vif_read(&vif, "mac=00:16:3e:00:00"),
                        "the vif's mac is none such as 00:16:3e:00:00:01");
    assert_string_equal(vif_read(&vif, "mac=01:16:3e:00:00:01"),
                        "the vif's mac is none such as 00:16:3e:00:00:01");
    assert_string_equal(vif_read(&vif, "mac=00:16:3e:00:00:01:02"),
                        "the vif's mac is none such as 00:16:3e:00:00:01");
    assert_string_equal(vif_read(&vif, "colour=blue"),
                        "the vif has a key that is none of mac, bridge, backend, ip, rate");
    assert_string_equal(vif_read(&vif, "bridge"), "a part of the vif has no equals sign");
}

static void pci_devices(void **state)
{
    static const char *const wrong[] = {"",         "00:04",     "0:04.0", "00:20.0",    "00:04.8",
                                        "00:04.0x", "1:00:04.0", "04.0",   "0000:00:04", "0000:00:0:4.0"};
    struct config_pci device;

    assert_true(config_pci_read(&device, "0001:02:1f.7"));
    assert_int_equal(device.segment, 1);
    assert_int_equal(device.bus, 2);
    assert_int_equal(device.slot, 31);
    assert_int_equal(device.function, 7);
    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(config_pci_read(&device, wrong[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minimal_file),
        cmocka_unit_test(every_key),
        cmocka_unit_test(cmdline_stands_alone),
        cmocka_unit_test(unknown_keys_are_named),
        cmocka_unit_test(later_lines_win_and_append),
        cmocka_unit_test(escapes),
        cmocka_unit_test(faults_are_told),
        cmocka_unit_test(limits),
        cmocka_unit_test(cut_short_anywhere),
        cmocka_unit_test(disks),
        cmocka_unit_test(device_numbers),
        cmocka_unit_test(vifs),
        cmocka_unit_test(pci_devices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
