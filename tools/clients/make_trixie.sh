#!/bin/sh
# Makes the Debian 13 root folder that tools/clients/trixie.py runs programs in: 1.3 GB, some
# minutes, as root. Debian 12's own mpv, ffmpeg and RetroArch are too old for some of the files.
#
# usage: tools/clients/make_trixie.sh [FOLDER]     (default: $RTDECONV_TRIXIE, else .clients/trixie)
set -eu

root=${1:-${RTDECONV_TRIXIE:-$(dirname "$0")/../../.clients/trixie}}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

if [ "$(id -u)" != 0 ]; then
    echo "make_trixie.sh: debootstrap and chroot need root" >&2
    exit 1
fi
mkdir -p "$root"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
debootstrap --variant=minbase --include=mpv,ffmpeg,mesa-vulkan-drivers,libgl1-mesa-dri,libegl1 \
    trixie "$root" "$mirror"
chroot "$root" apt-get install -y --no-install-recommends vkbasalt retroarch x11-apps
chroot "$root" apt-get clean
