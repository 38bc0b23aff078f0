// A courtyard with a brick wall, cobbles, a notice, railings and grass, nothing of it loaded.
import * as THREE from 'three';

// the same numbers every time
function numbers(seed) {
    let state = seed;
    return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
    };
}

function painted(size, repeat, paint) {
    const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size });
    paint(canvas.getContext('2d'), size);
    const texture = new THREE.CanvasTexture(canvas);
    texture.colorSpace = THREE.SRGBColorSpace;
    texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
    texture.repeat.set(...repeat);
    texture.anisotropy = 16;
    return texture;
}

function speckle(context, size, random, count) {
    for (let k = 0; k < count; k++) {
        context.fillStyle = random() < 0.5 ? 'rgba(0,0,0,0.18)' : 'rgba(255,255,255,0.14)';
        context.fillRect(random() * size, random() * size, 1 + 3 * random(), 1 + 3 * random());
    }
}

function bricks(context, size) {
    const random = numbers(1);
    const [rows, columns] = [16, 8];
    const [high, wide] = [size / rows, size / columns];
    context.fillStyle = '#b9b0a2';
    context.fillRect(0, 0, size, size);
    for (let row = 0; row < rows; row++) {
        for (let column = -1; column < columns; column++) {
            const [hue, light] = [8 + 12 * random(), 28 + 16 * random()];
            context.fillStyle = `hsl(${hue} ${35 + 20 * random()}% ${light}%)`;
            const left = (column + 0.5 * (row % 2)) * wide;
            context.fillRect(left + 3, row * high + 3, wide - 6, high - 6);
        }
    }
    speckle(context, size, random, 12000);
}

function cobbles(context, size) {
    const random = numbers(2);
    const count = 16;
    const step = size / count;
    context.fillStyle = '#3a3733';
    context.fillRect(0, 0, size, size);
    for (let k = 0; k < count * count; k++) {
        context.fillStyle = `hsl(35 8% ${42 + 22 * random()}%)`;
        context.beginPath();
        const [x, y] = [(k % count) * step, Math.floor(k / count) * step];
        context.roundRect(x + 2 + 2 * random(), y + 2 + 2 * random(), step - 5, step - 5, 9);
        context.fill();
    }
    speckle(context, size, random, 16000);
}

const WORDS = 'ring the bell and wait here post on weekdays at nine no bicycles against the wall '
    + 'mind the step lost one grey cat answers to nobody concert on friday bring a chair';

function notice(context, size) {
    const words = WORDS.split(' ');
    context.fillStyle = '#f3efe2';
    context.fillRect(0, 0, size, size);
    context.fillStyle = '#1d1b18';
    context.font = `bold ${size / 9}px serif`;
    context.fillText('NOTICE', size / 12, size / 6.5);
    let [y, at] = [size / 3.9, 0];
    for (let height = size / 15; y < size; height *= 0.93, y += 1.3 * height) {
        context.font = `${height}px serif`;
        let line = '';
        while (context.measureText(line + words[at]).width < 0.84 * size) {
            line += `${words[at]} `;
            at = (at + 1) % words.length;
        }
        context.fillText(line, size / 12, y);
    }
}

function lit(mesh) {
    return Object.assign(mesh, { castShadow: true, receiveShadow: true });
}

function surface(texture, geometry) {
    const material = new THREE.MeshStandardMaterial({ map: texture, roughness: 1 });
    return lit(new THREE.Mesh(geometry, material));
}

function grass() {
    const random = numbers(3);
    const blade = new THREE.ConeGeometry(0.012, 0.5, 3).translate(0, 0.25, 0);
    const blades = new THREE.InstancedMesh(
        blade, new THREE.MeshStandardMaterial({ roughness: 1 }), 5000,
    );
    const one = new THREE.Object3D();
    for (let k = 0; k < blades.count; k++) {
        one.position.set(-5.5 + 11 * random(), 0, -2.7 + 0.9 * random() ** 2);
        one.rotation.set(0.7 * (random() - 0.5), 7 * random(), 0.7 * (random() - 0.5));
        one.scale.setScalar(0.5 + random());
        one.updateMatrix();
        blades.setMatrixAt(k, one.matrix);
        const [hue, light] = [0.2 + 0.1 * random(), 0.2 + 0.2 * random()];
        blades.setColorAt(k, new THREE.Color().setHSL(hue, 0.55, light));
    }
    return lit(blades);
}

function railings() {
    const bar = new THREE.CylinderGeometry(0.015, 0.015, 1.3, 8).translate(0, 0.65, 0);
    const iron = new THREE.MeshStandardMaterial({ color: '#15181a', roughness: 0.5 });
    const bars = new THREE.InstancedMesh(bar, iron, 40);
    for (let k = 0; k < bars.count; k++) {
        bars.setMatrixAt(k, new THREE.Matrix4().makeTranslation(1.2 + 0.11 * k, 0, -1.2));
    }
    return lit(bars);
}

function knotted() {
    const stripes = painted(1024, [1, 1], (context, size) => {
        for (let k = 0; k < 64; k++) {
            context.fillStyle = k % 2 ? '#e8e2d0' : '#27455c';
            context.fillRect(0, (k * size) / 64, size, size / 64 + 1);
        }
        context.fillStyle = '#b2472f';
        for (let k = 0; k < 32; k++) context.fillRect((k * size) / 32, 0, 5, size);
    });
    return surface(stripes, new THREE.TorusKnotGeometry(0.55, 0.2, 240, 32));
}

export function courtyard() {
    const scene = new THREE.Scene();
    scene.background = new THREE.Color('#a9c4dd');
    scene.add(new THREE.HemisphereLight('#cfe2ff', '#6b6254', 1.6));
    const sun = new THREE.DirectionalLight('#fff1d6', 3);
    sun.position.set(-4, 7, 5);
    sun.castShadow = true;
    sun.shadow.mapSize.set(2048, 2048);
    Object.assign(sun.shadow.camera, { left: -8, right: 8, top: 6, bottom: -6 });
    sun.shadow.bias = -0.0005;
    sun.shadow.normalBias = 0.02;
    const wall = surface(painted(1024, [5, 2], bricks), new THREE.PlaneGeometry(16, 5));
    wall.position.set(0, 2.5, -3);
    const ground = surface(painted(1024, [5, 4], cobbles), new THREE.PlaneGeometry(16, 12));
    ground.rotation.x = -Math.PI / 2;
    ground.position.z = 2;
    const board = surface(painted(1024, [1, 1], notice), new THREE.BoxGeometry(1.7, 1.7, 0.06));
    board.position.set(-0.2, 1.75, -1.7);
    board.rotation.y = 0.15;
    const knot = knotted();
    knot.position.set(-2.3, 1.05, -0.6);
    scene.add(sun, wall, ground, board, knot, grass(), railings());

    const camera = new THREE.PerspectiveCamera(42, 1, 0.1, 50);
    // seconds since the start
    function move(seconds) {
        const angle = 0.25 * Math.sin(0.2 * seconds);
        camera.position.set(6 * Math.sin(angle), 1.9, 5.2 * Math.cos(angle));
        camera.lookAt(0, 1.3, -1.5);
        knot.rotation.set(0.5 + 0.2 * seconds, 0.4 + 0.3 * seconds, 0);
    }
    return { scene, camera, move };
}
