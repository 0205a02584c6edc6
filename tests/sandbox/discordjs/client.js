// discord.js at work in the sandbox: answers everything a member does, and tells what it heard, a line of JSON each.
// Environment: DISCORD_API is the address of the HTTP API without its version, DISCORD_TOKEN the bot's token.

const {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  EmbedBuilder,
  Events,
  GatewayIntentBits,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} = require('discord.js');

const tell = (event, facts = {}) => process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);
const still = () => new AttachmentBuilder(Buffer.from('not looked at'), { name: 'still.png', description: 'a still' });
const row = (...items) => new ActionRowBuilder().addComponents(...items);

const video = new SlashCommandBuilder()
  .setName('video')
  .setDescription('Make a video')
  .addStringOption((option) => option.setName('prompt').setDescription('What is to be seen').setRequired(true))
  .addStringOption((option) => option.setName('model').setDescription('Which model').setAutocomplete(true))
  .addAttachmentOption((option) => option.setName('image').setDescription('Where it starts'));
const forum = new SlashCommandBuilder()
  .setName('post')
  .setDescription('Open a post in a forum')
  .addChannelOption((option) => option.setName('forum').setDescription('Which forum').setRequired(true));

const card = (text) =>
  new EmbedBuilder().setTitle('A boat').setDescription(text).setColor(0xffaa00).setImage('attachment://still.png');
const buttons = () =>
  row(
    new ButtonBuilder().setCustomId('update').setLabel('Update').setStyle(ButtonStyle.Primary),
    new ButtonBuilder().setCustomId('wait').setLabel('Wait').setStyle(ButtonStyle.Secondary),
    new ButtonBuilder().setCustomId('change').setLabel('Change').setStyle(ButtonStyle.Secondary),
    new ButtonBuilder().setCustomId('thread').setLabel('Thread').setStyle(ButtonStyle.Secondary),
  );
const form = () =>
  new ModalBuilder()
    .setCustomId('form')
    .setTitle('Change')
    .addComponents(
      row(new TextInputBuilder().setCustomId('prompt').setLabel('Prompt').setStyle(TextInputStyle.Paragraph)),
    );

const answers = {
  async video(interaction) {
    const image = interaction.options.getAttachment('image');
    const text = `${interaction.options.getString('prompt')} ${image ? image.name : ''}`.trim();
    const sent = await interaction.reply({
      embeds: [card(text)],
      components: [buttons()],
      files: [still()],
      withResponse: true,
    });
    tell('shown', { id: sent.resource.message.id, image: sent.resource.message.embeds[0].image.url });
  },
  async post(interaction) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const message = { content: 'first words', files: [still()] };
    const thread = await interaction.options.getChannel('forum').threads.create({ name: 'a post', message });
    await interaction.editReply(`opened ${thread.name}`);
  },
  async update(interaction) {
    await interaction.update({ embeds: [card('updated')], files: [still()], components: [buttons()] });
  },
  async wait(interaction) {
    await interaction.deferUpdate();
    await interaction.editReply({ content: 'waited' });
    const more = await interaction.followUp({ content: 'more', files: [still()] });
    await more.edit('even more');
    await more.delete();
  },
  async change(interaction) {
    await interaction.showModal(form());
  },
  async form(interaction) {
    await interaction.reply({ content: interaction.fields.getTextInputValue('prompt'), flags: MessageFlags.Ephemeral });
  },
  async thread(interaction) {
    await interaction.deferUpdate();
    const thread = await interaction.message.startThread({ name: 'A boat', autoArchiveDuration: 1440 });
    const clip = new AttachmentBuilder(Buffer.from('a clip'), { name: 'clip.mp4' });
    const said = await thread.send({ content: 'Done', files: [clip], nonce: '1', enforceNonce: true });
    await said.reply('Enjoy');
    tell('posted', { file: said.attachments.first().name, messages: (await thread.messages.fetch()).size });
    await thread.setArchived(true);
  },
};

async function answer(interaction) {
  if (interaction.isAutocomplete()) {
    await interaction.respond([{ name: `${interaction.options.getFocused()}ra`, value: 'sora' }]);
  } else {
    await answers[interaction.commandName ?? interaction.customId](interaction);
  }
}

const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
  rest: { api: process.env.DISCORD_API },
});
const fail = (error) => tell('error', { text: error.stack });

client.on(Events.Error, fail);
client.on(Events.InteractionCreate, (interaction) => answer(interaction).catch(fail));
client.on(Events.MessageCreate, (message) => tell('heard', { author: message.author.username, type: message.type }));
client.on(Events.ThreadUpdate, (before, after) => tell('thread', { archived: after.archived }));
client.once(Events.ClientReady, async () => {
  const commands = await client.application.commands.set([video, forum]);
  tell('ready', { guilds: client.guilds.cache.map((guild) => guild.name), commands: commands.map((each) => each.name) });
});
process.on('unhandledRejection', fail);
process.on('SIGTERM', () => client.destroy().then(() => process.exit(0)));
client.login(process.env.DISCORD_TOKEN).catch(fail);
