/** The emoji of the picker, with the words by which one finds them. */

const LINES = `
👍 thumbs up yes good agree
👎 thumbs down no bad
❤️ heart love
🎉 party tada celebrate
😂 laugh joy tears
🙏 thanks please pray
👀 eyes look see
✅ check done yes
🚀 rocket ship launch
🔥 fire hot
💯 hundred perfect
👏 clap applause bravo
🙌 raised hands hooray
💪 strong muscle
🤝 handshake deal agree
👋 wave hello bye
✌️ victory peace
🤞 fingers crossed luck
👌 ok perfect
🫡 salute yes
🤔 think hmm
🤷 shrug whatever
🤦 facepalm
😀 grin happy
😄 smile happy laugh
😊 blush smile
🙂 slight smile
😉 wink
😍 love eyes
🥰 love hearts
😘 kiss
😎 cool sunglasses
🤓 nerd
🤩 star struck wow
🥳 party face
😇 angel innocent
🙃 upside down
😅 sweat phew
😬 grimace awkward
🙄 eye roll
😏 smirk
😴 sleep tired
🥱 yawn tired
😌 relieved
😔 sad pensive
😢 cry sad
😭 sob cry
😱 scream shock
😮 wow surprised
😲 astonished
🤯 mind blown
😡 angry
😤 huff
🥺 pleading please
😕 confused
😖 confounded
🤒 sick ill
🤕 hurt
🤖 robot bot
👻 ghost
💀 skull dead
🎃 pumpkin
☕ coffee break
🍵 tea
🍺 beer
🍻 cheers
🍾 champagne
🍕 pizza
🍜 noodles
🍎 apple
🍰 cake
🎂 birthday cake
🍪 cookie
🥗 salad lunch
🌞 sun
🌧️ rain
⛈️ storm
❄️ snow cold
🌈 rainbow
⭐ star
✨ sparkles new
🌍 world earth
🌱 seedling grow
🌳 tree
🌸 blossom flower
🐛 bug
🐍 snake python
🐢 turtle slow
🐳 whale
🐱 cat
🐶 dog
🦀 crab rust
🦄 unicorn
🐧 penguin linux
💡 idea light
💻 laptop computer
🖥️ desktop
📱 phone
🔧 wrench fix
🔨 hammer build
⚙️ gear settings
🧪 test experiment
📦 package release
📈 chart up
📉 chart down
📊 bar chart
📌 pin
📎 clip attach
📝 note write
📅 calendar date
⏰ alarm clock
⏳ wait hourglass
🔒 lock secure
🔑 key
🛡️ shield
🔍 search
🔗 link
📣 announce
🔔 bell
💬 speech chat
❓ question
❗ important
⚠️ warning
🚨 alarm incident
🚧 construction work
🛑 stop
❌ cross no
➕ plus add
➖ minus
🔁 repeat
⬆️ up
⬇️ down
➡️ right
🏁 finish
🏆 trophy win
🥇 gold first
🎯 target goal
🎁 gift
🎵 music
🎮 game
🎲 dice roll
⚽ football
🏃 run
🚲 bike
🚗 car
🚂 train
✈️ plane travel
🏠 home
🏢 office
🌙 moon night
💰 money
💸 money spent
🧹 clean up
🗑️ trash
🆗 ok
🆕 new
1️⃣ one
2️⃣ two
3️⃣ three
💚 green heart
💙 blue heart
💜 purple heart
🧡 orange heart
💔 broken heart
`;

export interface Emoji {
  emoji: string;
  words: string;
}

export const EMOJI: readonly Emoji[] = LINES.trim().split("\n").map((line) => {
  const space = line.indexOf(" ");
  return { emoji: line.slice(0, space), words: line.slice(space + 1) };
});

export const QUICK = EMOJI.slice(0, 4).map(({ emoji }) => emoji);

export function findEmoji(words: string): readonly Emoji[] {
  const wanted = words.toLowerCase().trim().split(/\s+/).filter(Boolean);
  return EMOJI.filter(({ words }) => wanted.every((one) => ` ${words}`.includes(` ${one}`)));
}
